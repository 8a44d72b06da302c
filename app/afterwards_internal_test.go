package app

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
)

// TestShutdownFinishesWhatWasLeftToDo ends a server while a one-time code is being sent: the task ends
// once it is, and reports what takes longer than the grace.
func TestShutdownFinishesWhatWasLeftToDo(t *testing.T) {
	t.Parallel()
	for took, finishes := range map[time.Duration]bool{10 * time.Second: true, 30 * time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			a, sent := Adapters{Afterwards: system.NewAfterwards()}, new(atomic.Bool)
			require.NoError(t, a.Afterwards.Do(t.Context(), func(context.Context) {
				time.Sleep(took)
				sent.Store(true)
			}))
			err := a.andAfterwards(func(context.Context) error { return nil })(t.Context())
			assert.Equal(t, finishes, err == nil, "%v", err)
			assert.Equal(t, finishes, sent.Load())
			time.Sleep(time.Minute)
		})
	}
	require.NoError(t, Adapters{}.andAfterwards(func(context.Context) error { return nil })(t.Context()))
}
