package cooldown_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/internal/cooldown"
)

const (
	patience = 500 * time.Millisecond
	rest     = 2 * time.Second
)

var errDown = errors.New("down")

func answers(context.Context) error { return nil }

func fails(context.Context) error { return errDown }

func stalls(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestAServerThatFailsIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := cooldown.New(patience, rest)
		require.NoError(t, g.Ask(t.Context(), answers))
		require.ErrorIs(t, g.Ask(t.Context(), fails), errDown)
		assert.False(t, g.Answers())

		time.Sleep(rest - time.Millisecond)
		require.ErrorIs(t, g.Ask(t.Context(), answers), cooldown.ErrResting)
		time.Sleep(time.Millisecond)
		require.ErrorIs(t, g.Ask(t.Context(), fails), errDown, "one trial is let through")
		require.ErrorIs(t, g.Ask(t.Context(), answers), cooldown.ErrResting, "and begins another rest")

		time.Sleep(rest)
		require.NoError(t, g.Ask(t.Context(), answers))
		assert.True(t, g.Answers())
		require.NoError(t, g.Ask(t.Context(), answers))
	})
}

func TestPatienceEndsAQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := cooldown.New(patience, rest)
		start := time.Now()
		require.ErrorIs(t, g.Ask(t.Context(), stalls), context.DeadlineExceeded)
		assert.Equal(t, patience, time.Since(start))
		assert.False(t, g.Answers())
	})
}

func TestACallerWhoLeavesProvesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := cooldown.New(patience, rest)
		left, leave := context.WithCancel(t.Context())
		leave()
		require.ErrorIs(t, g.Ask(left, stalls), context.Canceled)
		require.NoError(t, g.Ask(t.Context(), answers), "others go on")

		require.ErrorIs(t, g.Ask(t.Context(), fails), errDown)
		time.Sleep(rest)
		require.ErrorIs(t, g.Ask(left, stalls), context.Canceled)
		require.ErrorIs(t, g.Ask(t.Context(), answers), cooldown.ErrResting, "a trial without a result is none")
		time.Sleep(rest)
		require.NoError(t, g.Ask(t.Context(), answers), "but the next one is let through")
	})
}

func TestOnlyOneTrialAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := cooldown.New(patience, rest)
		g.Fail()
		assert.False(t, g.Answers())
		time.Sleep(rest)
		err := g.Ask(t.Context(), func(context.Context) error {
			return g.Ask(t.Context(), answers)
		})
		require.ErrorIs(t, err, cooldown.ErrResting)
		require.ErrorIs(t, g.Ask(t.Context(), answers), cooldown.ErrResting)
	})
}
