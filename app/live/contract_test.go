package live_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/app/live"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

// forget makes a store forget what came before its newest 100 events.
func forget(t *testing.T, store ports.UnitOfWork) {
	t.Helper()
	for range 10 { // in parts, so that a relay can keep up
		require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			for range 10 {
				if err := tx.Events.Append(ctx, domain.Event{Action: domain.ActionSLAStep, At: time.Now()}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// TestFeed runs the suite with brokers that hold everything, nothing, or cannot be reached.
func TestFeed(t *testing.T) {
	t.Parallel()
	nowhere := redis.Open(redis.Options{Addr: "127.0.0.1:1"})
	t.Cleanup(func() { require.NoError(t, nowhere.Close()) })
	for name, broker := range map[string]func(source ports.EventFeed) ports.EventFeed{
		"a full broker":      func(source ports.EventFeed) ports.EventFeed { return source },
		"an empty broker":    func(ports.EventFeed) ports.EventFeed { return memory.ForTest().Feed },
		"an unreachable one": func(ports.EventFeed) ports.EventFeed { return redis.NewStream(nowhere, 100) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portstest.EventFeed(t, func(*testing.T) portstest.EventHarness {
				m := memory.ForTest(memory.WithRetainedEvents(100))
				return portstest.EventHarness{
					UnitOfWork: m.Store, Feed: live.NewFeed(broker(m.Feed), m.Feed),
					Forget: func(t *testing.T) { forget(t, m.Store) },
				}
			})
		})
	}
}

func TestFeedOnPostgresAndRedis(t *testing.T) {
	t.Parallel()
	portstest.EventFeed(t, func(t *testing.T) portstest.EventHarness {
		s := onPostgres(t, 100)
		r := s.replica(t)
		require.NoError(t, r.relay.Begin(t.Context())) // or it could begin behind the first event
		r.run(t)
		return portstest.EventHarness{
			UnitOfWork: relayed{s.store, s.source, r.stream}, Feed: r.feed,
			Forget: func(t *testing.T) {
				forget(t, relayed{s.store, s.source, r.stream})
				require.NoError(t, s.raw.XTrimMaxLen(t.Context(), s.prefix+"events", 0).Err())
			},
		}
	})
}

// relayed returns once the broker has what was committed: the suite reads at once, where a
// live client waits.
type relayed struct {
	ports.UnitOfWork
	source ports.EventFeed
	broker *redis.Stream
}

func (r relayed) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	before, err := r.source.Newest(ctx)
	if err != nil {
		return err
	}
	if err := r.UnitOfWork.Do(ctx, fn); err != nil {
		return err
	}
	after, err := r.source.Newest(ctx)
	if err != nil || after == before {
		return err
	}
	for {
		newest, err := r.broker.Newest(ctx)
		if err == nil && newest >= after || ctx.Err() != nil {
			return ctx.Err()
		}
		waiting, cancel := context.WithTimeout(ctx, 3*time.Second)
		late := r.broker.Wait(waiting, newest)
		cancel()
		if late != nil && newest == "" { // a relay that could not ask for a moment begins behind the newest
			events, _, err := r.source.Since(ctx, before, 1000)
			if err != nil {
				return err
			}
			_, _ = r.broker.Publish(ctx, before, events) // it is asked again
		}
	}
}
