package api

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/memory"
)

func TestAFloodOfProbesIsOneLookASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var database, redis atomic.Int32
		slow := func(asked *atomic.Int32) func(context.Context) error {
			return func(context.Context) error { asked.Add(1); time.Sleep(100 * time.Millisecond); return nil }
		}
		f := newFace(t, func(o *Options, _ *memory.Ports) { o.Database, o.Redis = slow(&database), slow(&redis) })
		for range 10 { // seconds
			var all sync.WaitGroup
			for range 100 {
				all.Go(func() {
					assert.Equal(t, http.StatusOK, f.send(http.MethodGet, "/health", "").Code)
					assert.Equal(t, http.StatusOK, f.send(http.MethodGet, "/readyz", "").Code)
				})
			}
			all.Wait()
			time.Sleep(lookLasts)
		}
		assert.EqualValues(t, 10, database.Load())
		assert.EqualValues(t, 10, redis.Load())
	})
}

func TestALookIsSharedButNotItsCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var fault error
		ask := OneLook(func(ctx context.Context) error {
			time.Sleep(200 * time.Millisecond)
			return errors.Join(fault, ctx.Err())
		})
		leaving, leave := context.WithCancel(t.Context())
		go func() { _ = ask(leaving) }()
		synctest.Wait()
		leave() // the first caller disconnects
		assert.NoError(t, ask(t.Context()), "the look goes on for the others")
		fault = errors.New("down")
		assert.NoError(t, ask(t.Context()), "remembered")
		time.Sleep(lookLasts)
		assert.ErrorIs(t, ask(t.Context()), fault, "no longer")
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		time.Sleep(lookLasts)
		assert.Error(t, ask(impatient), "a caller waits no longer than it wants")
		synctest.Wait()
		time.Sleep(lookLasts)
	})
}
