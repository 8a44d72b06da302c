package live_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/app/live"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

// TestReadersMissNothing breaks Redis while events are written and read, on two replicas that
// both relay. Every reader must receive every event, in order and once.
func TestReadersMissNothing(t *testing.T) {
	t.Parallel()
	each := func(do func(*servers.Proxy)) func(*testing.T, *stage, ...*replica) {
		return func(_ *testing.T, _ *stage, replicas ...*replica) {
			for _, r := range replicas {
				do(r.Proxy)
			}
		}
	}
	nothing := func(*testing.T, *stage, ...*replica) {}
	for name, fault := range map[string]struct {
		breaks, mends func(*testing.T, *stage, ...*replica)
	}{
		"undisturbed": {nothing, nothing},
		"cut":         {each((*servers.Proxy).Cut), each((*servers.Proxy).Heal)},
		"stalled":     {each((*servers.Proxy).Stall), each((*servers.Proxy).Heal)},
		"flushed":     {func(t *testing.T, s *stage, _ ...*replica) { s.flush(t) }, nothing},
		"restarted":   {func(t *testing.T, s *stage, replicas ...*replica) { s.restart(t, replicas...) }, nothing},
		"cut off from one replica": {
			func(_ *testing.T, _ *stage, replicas ...*replica) { replicas[0].Cut() }, each((*servers.Proxy).Heal),
		},
		"end lost": {func(t *testing.T, s *stage, _ ...*replica) { s.loseEnd(t) }, nothing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := onPostgres(t, 100_000)
			first, second := s.replica(t), s.replica(t)
			first.run(t)
			second.run(t)
			readers := []*reader{read(t, first.feed, 0), read(t, second.feed, 0)}
			stop := s.write(t)
			for range 2 {
				for _, r := range readers {
					r.more(t, 100)
				}
				fault.breaks(t, s, first, second)
				for _, r := range readers {
					r.more(t, 200)
				}
				fault.mends(t, s, first, second)
				for _, r := range readers {
					r.more(t, 200)
				}
			}
			total := stop()
			for _, r := range readers {
				r.until(t, total-1)
			}
			readers[0].figures(t, name)
			s.settle(t, first)
			require.Positive(t, s.contiguous(t))
		})
	}
}

// loseEnd makes the stream lose its newest events, as a replica does that takes over from a
// primary it lagged behind.
func (s *stage) loseEnd(t *testing.T) {
	t.Helper()
	require.NoError(t, s.raw.Eval(t.Context(), `
		local entries = redis.call('XRANGE', KEYS[1], '-', '+')
		redis.call('DEL', KEYS[1])
		for i = 1, #entries - 20 do redis.call('XADD', KEYS[1], entries[i][1], unpack(entries[i][2])) end
		return 0`, []string{s.prefix + "events"}).Err())
}

// settle waits until the broker has the newest event.
func (s *stage) settle(t *testing.T, r *replica) {
	t.Helper()
	newest, err := s.source.Newest(t.Context())
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		has, err := r.stream.Newest(t.Context())
		return err == nil && has == newest
	}, 30*time.Second, 10*time.Millisecond)
}

// TestRelaysRace lets relays work at once that do not know of each other.
func TestRelaysRace(t *testing.T) {
	t.Parallel()
	s := onPostgres(t, 100_000)
	var replicas []*replica
	for range 4 {
		r := s.replica(t)
		r.relay.Lease = everybody{}
		require.NoError(t, r.relay.Begin(t.Context()))
		r.run(t)
		replicas = append(replicas, r)
	}
	reader := read(t, replicas[0].feed, 0)
	stop := s.write(t)
	reader.more(t, 150)
	s.flush(t)
	reader.more(t, 150)
	total := stop()
	reader.until(t, total-1)
	s.settle(t, replicas[0])
	t.Logf("%d events by four relays; the stream holds %d since it was flushed, without a gap", total, s.contiguous(t))
}

// everybody is a lease that all hold.
type everybody struct{}

func (everybody) Hold(context.Context) (bool, error) { return true, nil }
func (everybody) Release(context.Context) error      { return nil }

func TestAnotherRelayTakesOver(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"leaves", "dies"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := onPostgres(t, 100_000)
			leader, second, watching := s.replica(t), s.replica(t), s.replica(t)
			stopLeader := leader.run(t)
			reader := read(t, watching.feed, 0)
			stop := s.write(t)
			reader.more(t, 50)
			s.settleAny(t, watching)
			second.run(t)
			if name == "dies" {
				leader.Cut() // it can neither relay nor give its lease up
			}
			stopLeader()
			begun := time.Now()
			reader.more(t, 100)
			total := stop()
			reader.until(t, total-1)
			s.settle(t, watching)
			t.Logf("the stream was whole again %v after the leader %s", time.Since(begun).Round(time.Millisecond), name)
			reader.figures(t, "leader "+name)
			s.contiguous(t)
		})
	}
}

// settleAny waits until the broker has any event.
func (s *stage) settleAny(t *testing.T, r *replica) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, r.stream.Wait(ctx, ""))
}

// TestRelayBeginsAfresh lets the source forget what followed the broker's newest event.
func TestRelayBeginsAfresh(t *testing.T) {
	t.Parallel()
	m := memory.ForTest(memory.WithRetainedEvents(20))
	s := newStage(t, m.Store, m.Feed)
	r := s.replica(t)
	require.NoError(t, r.relay.Begin(t.Context()))
	stop := r.run(t)
	for n := range 5 {
		require.NoError(t, s.happens(t.Context(), n))
	}
	s.settle(t, r)
	stop()
	for n := range 50 {
		require.NoError(t, s.happens(t.Context(), 5+n))
	}
	again := s.replica(t)
	asked := asked{m.Feed, make(chan struct{}, 1)}
	again.relay.Source = asked
	again.run(t)
	<-asked.newest // by a relay whose broker is empty: the old events are gone
	require.NoError(t, s.happens(t.Context(), 55))
	s.settle(t, again)
	require.Equal(t, 1, s.contiguous(t))
}

// asked sends to newest when its newest event is asked for.
type asked struct {
	ports.EventFeed
	newest chan struct{}
}

func (a asked) Newest(ctx context.Context) (domain.EventID, error) {
	id, err := a.EventFeed.Newest(ctx)
	select {
	case a.newest <- struct{}{}:
	default:
	}
	return id, err
}

// frozen is a broker that answers nobody.
type frozen struct {
	ports.EventFeed
	asked *atomic.Int64
}

func (f frozen) Since(ctx context.Context, _ domain.EventID, _ int) ([]domain.Event, bool, error) {
	f.asked.Add(1)
	<-ctx.Done()
	return nil, false, ctx.Err()
}

// TestAFrozenBrokerCostsOneShortWait counts, in virtual time, how long readers take.
func TestAFrozenBrokerCostsOneShortWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := memory.ForTest()
		s := stage{store: m.Store}
		for n := range 3 {
			require.NoError(t, s.happens(t.Context(), n))
		}
		all, _, err := m.Feed.Since(t.Context(), "", 10)
		require.NoError(t, err)
		broker := frozen{m.Feed, new(atomic.Int64)}
		feed := live.NewFeed(broker, m.Feed)
		ask := func() (took time.Duration) {
			begun := time.Now()
			var asking sync.WaitGroup
			for range 100 {
				asking.Go(func() {
					events, gone, err := feed.Since(t.Context(), all[0].ID, 10)
					assert.NoError(t, err)
					assert.False(t, gone)
					assert.Equal(t, all[1:], events)
				})
			}
			asking.Wait()
			return time.Since(begun)
		}
		require.Equal(t, 500*time.Millisecond, ask())
		require.EqualValues(t, 100, broker.asked.Load())
		require.Zero(t, ask())
		require.EqualValues(t, 100, broker.asked.Load(), "it is left alone")
	})
}

// TestFeedWithoutItsSource reads from the broker alone, while the database is down.
func TestFeedWithoutItsSource(t *testing.T) {
	t.Parallel()
	broker, faults := memory.ForTest(), memory.NewFaults()
	source := memory.New(memory.WithFaults(faults))
	for _, call := range []string{"Newest", "Since", "Wait"} {
		faults.Down("EventFeed." + call)
	}
	feed := live.NewFeed(broker.Feed, source.Feed)
	_, err := feed.Newest(t.Context())
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err), "the broker knows nothing either")
	s := stage{store: broker.Store}
	require.NoError(t, s.happens(t.Context(), 0))
	first, err := feed.Newest(t.Context())
	require.NoError(t, err)
	waited := make(chan error, 1)
	go func() { waited <- feed.Wait(t.Context(), first) }()
	require.NoError(t, s.happens(t.Context(), 1))
	require.NoError(t, <-waited)
	events, gone, err := feed.Since(t.Context(), first, 10)
	require.NoError(t, err)
	require.False(t, gone)
	require.Len(t, events, 1)
	_, _, err = feed.Since(t.Context(), "unknown", 10)
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
}

// TestReadersNeedNoRelay stops the only relay while its stream is whole.
func TestReadersNeedNoRelay(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	s := newStage(t, m.Store, m.Feed)
	r := s.replica(t)
	require.NoError(t, r.relay.Begin(t.Context()))
	stopRelay := r.run(t)
	reader := read(t, r.feed, 0)
	require.NoError(t, s.happens(t.Context(), 0))
	reader.until(t, 0)
	s.settle(t, r)
	stopRelay()
	for n := range 5 {
		require.NoError(t, s.happens(t.Context(), 1+n))
		reader.until(t, 1+n)
	}
	reader.figures(t, "without a relay")
}
