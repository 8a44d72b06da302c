package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/app/live"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

// stage is one Redis and one store, with what several replicas do on them.
type stage struct {
	store  ports.UnitOfWork
	source ports.EventFeed
	addr   string
	prefix string
	raw    *goredis.Client
}

func newStage(t *testing.T, store ports.UnitOfWork, source ports.EventFeed) *stage {
	t.Helper()
	addr, prefix := servers.Redis(t)
	raw := goredis.NewClient(&goredis.Options{Addr: addr})
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	return &stage{store: store, source: source, addr: addr, prefix: prefix, raw: raw}
}

// onPostgres returns a stage whose store remembers so many events.
func onPostgres(t *testing.T, retained int) *stage {
	t.Helper()
	url := servers.Postgres(t)
	m, err := postgres.OpenMigrations(url)
	require.NoError(t, err)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.Close())
	store, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 10, RetainedEvents: retained})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return newStage(t, store, store.EventFeed())
}

// replica is one API process with a way to Redis of its own.
type replica struct {
	*servers.Proxy
	stream *redis.Stream
	feed   *live.Feed
	relay  *live.Relay
}

func (s *stage) replica(t *testing.T) *replica {
	t.Helper()
	proxy := servers.NewProxy(t, s.addr)
	client := redis.Open(redis.Options{Addr: proxy.Addr(), Prefix: s.prefix, PoolSize: 10})
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	stream := redis.NewStream(client, 1000)
	return &replica{
		Proxy: proxy, stream: stream, feed: live.NewFeed(stream, s.source),
		relay: &live.Relay{
			Broker: stream, Source: s.source, Lease: redis.NewLease(client, "relay", live.LeaseLasts),
			Log: slog.New(slog.DiscardHandler),
		},
	}
}

// run relays until the test ends or stop is called.
func (r *replica) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- r.relay.Run(ctx) }()
	var done bool
	stop = func() {
		cancel()
		if !done {
			assert.NoError(t, <-ended)
		}
		done = true
	}
	t.Cleanup(stop)
	return stop
}

// flush loses everything that Redis holds for the stage.
func (s *stage) flush(t *testing.T) {
	t.Helper()
	keys, err := s.raw.Keys(t.Context(), s.prefix+"*").Result()
	require.NoError(t, err)
	if len(keys) > 0 {
		require.NoError(t, s.raw.Del(t.Context(), keys...).Err())
	}
	require.NoError(t, s.raw.ScriptFlush(t.Context()).Err())
}

// restart is what clients see of a Redis that dies and comes back empty.
func (s *stage) restart(t *testing.T, replicas ...*replica) {
	t.Helper()
	for _, r := range replicas {
		r.Cut()
	}
	s.flush(t)
	for _, r := range replicas {
		r.Heal()
	}
}

// contiguous asserts that the stream in Redis has no gap: each entry follows the one before.
func (s *stage) contiguous(t *testing.T) int {
	t.Helper()
	entries, err := s.raw.XRange(t.Context(), s.prefix+"events", "-", "+").Result()
	require.NoError(t, err)
	for i := 1; i < len(entries); i++ {
		require.Equal(t, idOf(t, entries[i-1].ID), entries[i].Values["after"], "entry %d of %d", i, len(entries))
	}
	return len(entries)
}

func idOf(t *testing.T, entry string) string {
	t.Helper()
	var high, low uint64
	_, err := fmt.Sscanf(entry, "%d-%d", &high, &low)
	require.NoError(t, err)
	text := fmt.Sprintf("%016x%016x", high, low)
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// happens commits the numbered event.
func (s *stage) happens(ctx context.Context, n int) error {
	return s.store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		return tx.Events.Append(ctx, domain.Event{
			Action: domain.ActionClaimed, PropertyID: domain.PropertyID(fmt.Sprintf("01935700-0000-7000-8000-%012d", n)),
			State: domain.UnderReview, At: time.Now(), Roles: []domain.Role{domain.RoleValuer},
		})
	})
}

// write commits one event after the other, from 0 on, until it is stopped; then it returns
// how many. Between two it rests a little, or nobody could keep up.
func (s *stage) write(t *testing.T) (stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	written, last := make(chan int), 0
	go func() {
		n := 0
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for ; ctx.Err() == nil && assert.NoError(t, s.happens(context.WithoutCancel(ctx), n)); n++ {
			<-tick.C
		}
		written <- n
		close(written)
	}()
	stop = func() int {
		cancel()
		if n, first := <-written; first {
			last = n
		}
		return last
	}
	t.Cleanup(func() { stop() })
	return stop
}

// reader reads as the API does for a client.
type reader struct {
	feed    ports.EventFeed
	last    domain.EventID
	next    int // number of the event that it must receive next
	delays  []time.Duration
	reached chan int // each number, once received
	awaited int      // the last that was waited for
	heard   int      // the last taken from reached
	ended   chan error
}

// read begins behind the newest event; the next one bears the number.
func read(t *testing.T, feed ports.EventFeed, next int) *reader {
	t.Helper()
	last, err := feed.Newest(t.Context())
	require.NoError(t, err)
	r := &reader{feed: feed, last: last, next: next, reached: make(chan int, 100_000), heard: next - 1, ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	go func() { r.ended <- r.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		assert.ErrorIs(t, <-r.ended, context.Canceled)
	})
	return r
}

func (r *reader) run(ctx context.Context) error {
	for {
		events, gone, err := r.feed.Since(ctx, r.last, 100)
		if err != nil {
			return err
		}
		if gone {
			return fmt.Errorf("reset behind event %d", r.next-1)
		}
		for _, e := range events {
			var n int
			if _, err := fmt.Sscanf(string(e.PropertyID[24:]), "%d", &n); err != nil {
				return err
			}
			if n != r.next || e.ID <= r.last {
				return fmt.Errorf("told of event %d rather than %d", n, r.next)
			}
			r.delays = append(r.delays, time.Since(e.At))
			r.last = e.ID
			r.next++
			r.reached <- n
		}
		if len(events) == 0 {
			if err := r.feed.Wait(ctx, r.last); err != nil {
				return err
			}
		}
	}
}

// more waits until the reader has received that many more events.
func (r *reader) more(t *testing.T, events int) {
	t.Helper()
	r.awaited += events
	r.until(t, r.awaited)
}

// until waits until the reader has received the event.
func (r *reader) until(t *testing.T, number int) {
	t.Helper()
	timeout := time.After(time.Minute)
	for r.heard < number {
		select {
		case r.heard = <-r.reached:
		case err := <-r.ended:
			r.ended <- context.Canceled
			require.NoError(t, err)
		case <-timeout:
			require.Fail(t, "an event is missing", "%d", number)
		}
	}
}

// figures prints how long after its commit events reached the reader. It is called behind
// until, when the reader is quiet.
func (r *reader) figures(t *testing.T, when string) {
	t.Helper()
	slices.Sort(r.delays)
	n := len(r.delays)
	t.Logf("%s: %d events, in order; from event to reader p50 %v, p99 %v, max %v", when, n,
		r.delays[n/2].Round(10*time.Microsecond), r.delays[n*99/100].Round(10*time.Microsecond), r.delays[n-1].Round(time.Millisecond))
}
