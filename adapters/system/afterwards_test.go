package system_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/domain"
)

type key struct{}

func TestAfterwardsOutlivesTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := system.NewAfterwards()
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "request"))
		begin, done := make(chan struct{}), make(chan error, 1)
		require.NoError(t, a.Do(ctx, func(ctx context.Context) {
			<-begin
			require.Equal(t, "request", ctx.Value(key{}))
			done <- ctx.Err()
		}))
		cancel()
		close(begin)
		require.NoError(t, <-done)
		require.NoError(t, a.Do(ctx, func(ctx context.Context) { <-ctx.Done() }), "work ends in time")
		require.NoError(t, a.Close(t.Context()))
	})
}

func TestAfterwardsFinishesBeforeTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := system.NewAfterwards()
		finished := false
		require.NoError(t, a.Do(t.Context(), func(context.Context) {
			time.Sleep(5 * time.Second)
			finished = true
		}))
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, a.Close(short), context.DeadlineExceeded)
		require.NoError(t, a.Close(t.Context()))
		require.True(t, finished)
		require.True(t, domain.IsKind(a.Do(t.Context(), func(context.Context) {}), domain.KindUnavailable))
	})
}

func TestAfterwardsIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, taken := system.NewAfterwards(), 0
		for a.Do(t.Context(), func(ctx context.Context) { <-ctx.Done() }) == nil {
			taken++
		}
		require.Equal(t, 1000, taken)
		time.Sleep(time.Minute)
		require.NoError(t, a.Do(t.Context(), func(context.Context) {}), "there is room again")
		require.NoError(t, a.Close(t.Context()))
	})
}
