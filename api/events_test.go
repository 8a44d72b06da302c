package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// happen publishes an event; the owner's id and the roles say who hears of it.
func (f *face) happen(t *testing.T, action domain.Action, owner domain.UserID, roles ...domain.Role) domain.EventID {
	t.Helper()
	require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Events.Append(ctx, domain.Event{
			Action: action, PropertyID: "0193562c-0000-7000-8000-00000000000f", State: domain.Submitted, At: f.Clock.Now(),
			OwnerID: owner, Roles: roles,
		})
	}))
	newest, err := f.Feed.Newest(t.Context())
	require.NoError(t, err)
	return newest
}

// stream is an open stream of events. It belongs to a test in a bubble: what was written is
// read after synctest.Wait.
type stream struct {
	*httptest.ResponseRecorder
	mu    sync.Mutex // the bubble's timers order nothing for the race detector
	ended atomic.Bool
	leave context.CancelFunc
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Body.Len() > 1<<20 {
		return 0, http.ErrHandlerTimeout // it spins
	}
	return s.ResponseRecorder.Write(p)
}

// Flush implements http.Flusher.
func (s *stream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ResponseRecorder.Flush()
}

// text returns what was written so far.
func (s *stream) text() string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Body.String()
}

// listen opens a stream of the role behind the id, if that is not empty.
func (f *face) listen(t *testing.T, role domain.Role, after domain.EventID) *stream {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	r := httptest.NewRequest(http.MethodGet, "/api/v1/events", nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer "+f.token(t, role))
	r.Header.Set("Accept-Encoding", "gzip") // as every browser sends; a stream must not wait for it
	if after != "" {
		r.Header.Set("Last-Event-ID", string(after))
	}
	s := &stream{ResponseRecorder: httptest.NewRecorder(), leave: leave}
	go func() {
		f.ServeHTTP(s, r)
		s.ended.Store(true)
	}()
	synctest.Wait()
	return s
}

var (
	eventLine = regexp.MustCompile(`(?m)^event: (.*)$`)
	idLine    = regexp.MustCompile(`(?m)^id: (.*)$`)
)

// received returns the names of the stream's events so far, without pulses.
func (s *stream) received() []string {
	var names []string
	for _, m := range eventLine.FindAllStringSubmatch(s.text(), -1) {
		if m[1] != "pulse" {
			names = append(names, m[1])
		}
	}
	return names
}

// pulses counts the pulses of the stream so far.
func (s *stream) pulses() int { return strings.Count(s.text(), "\nevent: pulse\ndata: {}\n\n") }

// last returns the id that the client would resume behind.
func (s *stream) last() domain.EventID {
	ids := idLine.FindAllStringSubmatch(s.text(), -1)
	if len(ids) == 0 {
		return ""
	}
	return domain.EventID(ids[len(ids)-1][1])
}

func TestEventsComeToThoseWhoMayHear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		open := map[domain.Role]*stream{}
		for role := range people {
			open[role] = f.listen(t, role, "")
		}
		f.happen(t, "a.owners", people[domain.RoleCustomer])
		f.happen(t, "b.strangers", "somebody")
		f.happen(t, "c.reviewers", "", domain.RoleValuer, domain.RoleSupervisor)
		f.happen(t, "d.supervisors", "somebody", domain.RoleSupervisor)
		f.happen(t, "e.both", people[domain.RoleCustomer], domain.RoleValuer)
		want := map[domain.Role][]string{
			domain.RoleCustomer: {"a.owners", "e.both"}, domain.RoleValuer: {"c.reviewers", "e.both"},
			domain.RoleSupervisor: {"c.reviewers", "d.supervisors"}, domain.RoleAdmin: nil,
		}
		for role, s := range open {
			assert.Equal(t, want[role], s.received(), role)
			assert.Equal(t, "text/event-stream", s.Header().Get("Content-Type"))
			s.leave()
			synctest.Wait()
			assert.True(t, s.ended.Load(), "a stream ends when its client leaves")
		}
	})
}

// TestStaffHearOfTheirOwnCasesAsOwners also has a case that was there before the stream.
func TestStaffHearOfTheirOwnCasesAsOwners(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		stored := domain.Property{ID: "0193562c-0000-7000-8000-00000000000f", OwnerID: people[domain.RoleValuer], State: domain.Submitted, Type: domain.Villa}
		require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, stored) }))
		before, later := f.listen(t, domain.RoleValuer, ""), f.listen(t, domain.RoleSupervisor, "")
		f.happen(t, "property.linked", "", domain.RoleValuer, domain.RoleSupervisor)
		assert.Empty(t, before.received(), "staff may not learn of links of their own cases")
		assert.Equal(t, []string{"property.linked"}, later.received())
		f.happen(t, "property.submitted", people[domain.RoleSupervisor])
		f.happen(t, "property.linked", "", domain.RoleValuer, domain.RoleSupervisor)
		assert.Equal(t, []string{"property.linked", "property.submitted"}, later.received())
		before.leave()
		later.leave()
	})
}

func TestHeadOfTheStreamEndsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, began := newFace(t), time.Now()
		w := f.send(http.MethodHead, "/api/v1/events", "", bearer(f.token(t, domain.RoleCustomer)))
		assert.Equal(t, http.StatusOK, w.Code)
		assert.Equal(t, "text/event-stream", w.Header().Get("Content-Type"))
		assert.Zero(t, w.Body.Len())
		assert.Zero(t, time.Since(began), "it waits for no event")
	})
}

func TestEventsResumeWithoutLossOrRepeat(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		f.happen(t, "before.all", people[domain.RoleCustomer])
		first := f.listen(t, domain.RoleCustomer, "")
		assert.Empty(t, first.received(), "a new stream begins now")
		position := first.last()
		assert.NotEmpty(t, position, "it says where it begins")
		first.leave()

		f.happen(t, "while.away", people[domain.RoleCustomer])
		second := f.listen(t, domain.RoleCustomer, position)
		f.happen(t, "while.there", people[domain.RoleCustomer])
		assert.Equal(t, []string{"while.away", "while.there"}, second.received())
		second.leave()

		third := f.listen(t, domain.RoleCustomer, second.last())
		assert.Empty(t, third.received())
		for i := range 3 * eventBatch {
			f.happen(t, domain.Action(fmt.Sprintf("n.%d", i)), people[domain.RoleCustomer])
		}
		assert.Len(t, third.received(), 3*eventBatch)
		fourth := f.listen(t, domain.RoleCustomer, second.last())
		assert.Equal(t, third.received(), fourth.received(), "more than a batch of them, in order")
		third.leave()
		fourth.leave()
	})
}

func TestEventsResetWhereHistoryIsGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		f.Store = memory.New(memory.WithClock(f.Clock), memory.WithRetainedEvents(3))
		f.Feed = f.Store.Feed
		f.Handler = remake(t, f, func(o *Options) {
			o.Feed, o.UnitOfWork, o.UseCases.GetSettings.UnitOfWork = f.Feed, f.Store, f.Store
		})
		f.addPeople(t)
		old := f.happen(t, "n.0", people[domain.RoleCustomer])
		for i := range 4 {
			f.happen(t, domain.Action(fmt.Sprintf("n.%d", i+1)), people[domain.RoleCustomer])
		}
		s := f.listen(t, domain.RoleCustomer, old)
		newest, err := f.Feed.Newest(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"reset"}, s.received())
		assert.Equal(t, newest, s.last(), "it goes on behind the newest")
		f.happen(t, "after", people[domain.RoleCustomer])
		assert.Equal(t, []string{"reset", "after"}, s.received())
		s.leave()

		unknown := f.listen(t, domain.RoleCustomer, "of-another-server")
		assert.Equal(t, []string{"reset"}, unknown.received())
		unknown.leave()
	})
}

// remake returns the handler of f with other options.
func remake(t *testing.T, f *face, changes ...func(*Options)) http.Handler {
	t.Helper()
	o := f.options
	for _, change := range changes {
		change(&o)
	}
	handler, err := New(o, nil)
	require.NoError(t, err)
	return handler
}

func TestEventsPulseWhileNothingHappens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		s := f.listen(t, domain.RoleCustomer, "")
		unheard := f.happen(t, "not.for.them", "", domain.RoleValuer)
		time.Sleep(eventPulse + time.Second)
		assert.Equal(t, 1, s.pulses())
		assert.Equal(t, unheard, s.last(), "a pulse moves the place to resume behind, too")
		time.Sleep(10 * eventPulse)
		assert.Equal(t, 11, s.pulses())
		s.leave()
	})
}

// TestEveryIDComesWithAnEvent reads a stream block by block: clients take a block with only an
// id for an event that they cannot decode.
func TestEveryIDComesWithAnEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		empty := f.listen(t, domain.RoleCustomer, "")
		assert.Equal(t, ": pulse\n\n", empty.text(), "there is nothing to resume behind yet")
		f.happen(t, "first", people[domain.RoleCustomer])
		begun := f.listen(t, domain.RoleCustomer, "")
		assert.Equal(t, 1, begun.pulses(), "a stream begins with the place to resume behind")
		f.happen(t, "second", people[domain.RoleCustomer])
		lost := f.listen(t, domain.RoleCustomer, "of-another-server")
		time.Sleep(3 * eventPulse)
		for _, s := range []*stream{empty, begun, lost} {
			for block := range strings.SplitSeq(strings.TrimSuffix(s.text(), "\n\n"), "\n\n") {
				assert.Regexp(t, `^(: pulse|id: [^\n]+\nevent: [a-z.]+\ndata: \{[^\n]*\})$`, block)
			}
			s.leave()
		}
	})
}

func TestEventsEndWithTheToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		s := f.listen(t, domain.RoleCustomer, "")
		time.Sleep(15*time.Minute - time.Second)
		synctest.Wait()
		assert.False(t, s.ended.Load())
		time.Sleep(2 * time.Second)
		synctest.Wait()
		assert.True(t, s.ended.Load())
	})
}

func TestEventsEndWhenTheProcessDrains(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		draining, drain := context.WithCancel(t.Context())
		f := newFace(t, func(o *Options, _ *memory.Ports) { o.Draining = draining })
		s := f.listen(t, domain.RoleValuer, "")
		f.happen(t, "last.words", "", domain.RoleValuer)
		synctest.Wait()
		assert.False(t, s.ended.Load())
		drain()
		assert.Equal(t, []string{"last.words"}, s.received())
		assert.True(t, s.ended.Load())
	})
}

func TestEventsEndWhereTheFeedFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		f.Faults.Down("EventFeed.Newest")
		refused := f.listen(t, domain.RoleCustomer, "")
		assert.Equal(t, http.StatusServiceUnavailable, problemOf(t, refused.ResponseRecorder).Status)
		f.Faults.Up()
		for _, call := range []string{"EventFeed.Since", "EventFeed.Wait"} {
			s := f.listen(t, domain.RoleCustomer, "")
			assert.False(t, s.ended.Load())
			f.Faults.Down(call)
			f.happen(t, "x", "somebody")
			synctest.Wait()
			assert.True(t, s.ended.Load(), "%s: the client comes back; spinning helps nobody", call)
			assert.Less(t, len(s.text()), 200, call)
			f.Faults.Up()
		}
	})
}

func TestACustomersStreamsAreLimited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		var open []*stream
		for range domain.DefaultCustomerLimits().Streams {
			open = append(open, f.listen(t, domain.RoleCustomer, ""))
		}
		sixth := f.listen(t, domain.RoleCustomer, "")
		assert.Equal(t, http.StatusTooManyRequests, sixth.Code)
		assert.Contains(t, sixth.text(), "too_many_streams")
		assert.Equal(t, "15", sixth.Header().Get("Retry-After"))
		assert.Equal(t, http.StatusOK, f.listen(t, domain.RoleValuer, "").Code, "staff are not limited")
		open[0].leave()
		synctest.Wait()
		again := f.listen(t, domain.RoleCustomer, "")
		assert.NotContains(t, again.text(), "too_many_streams", "one has ended")
		head := f.send(http.MethodHead, "/api/v1/events", "", bearer(f.token(t, domain.RoleCustomer)))
		assert.Equal(t, http.StatusTooManyRequests, head.Code)
	})
}
