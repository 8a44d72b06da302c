package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
)

// listener hears live events.
type listener struct {
	heard chan propflow.Event
	ended chan error // how the stream ended
	leave context.CancelFunc
}

// listen opens a stream with the token behind the id, if that is not empty.
func (s *stage) listen(t *testing.T, token, after string) *listener {
	t.Helper()
	client, err := propflow.New(s.url, token, nil)
	require.NoError(t, err)
	ctx, leave := context.WithCancel(t.Context())
	l := &listener{heard: make(chan propflow.Event, 10_000), ended: make(chan error, 1), leave: leave}
	open := make(chan struct{})
	go func() {
		l.ended <- propflow.Live(ctx, client, after, func() { close(open) }, func(e propflow.Event) error {
			l.heard <- e
			return nil
		})
	}()
	select {
	case <-open:
	case err := <-l.ended:
		require.NoError(t, err)
	}
	t.Cleanup(leave)
	return l
}

// until returns what was heard up to the first event of the name.
func (l *listener) until(t *testing.T, name string) (events []propflow.Event) {
	t.Helper()
	for {
		select {
		case e := <-l.heard:
			if events = append(events, e); e.Name == name {
				return events
			}
		case err := <-l.ended:
			require.Fail(t, "the stream ended", "%v", err)
		case <-time.After(30 * time.Second):
			require.Fail(t, "nobody told of "+name, "only of %v", names(events))
		}
	}
}

func names(events []propflow.Event) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.Name)
	}
	return all
}

func TestEverybodyHearsTheirPartOfTheStoryInOrder(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		open := map[string]*listener{}
		for _, who := range []string{owner, stranger, valuer, supervisor, admin} {
			open[who] = s.listen(t, s.tokens[who], "")
		}
		id := s.inState(t, domain.AwaitingSignOff)
		s.do(t, supervisor, http.MethodPost, property(id, "/sign-off"), nil)
		s.idle(t)

		told := open[owner].until(t, "report.stored")
		assert.Equal(t, []string{
			"photo.inspected", "photo.inspected", "property.submitted", "review.claimed", "valuation.sign_off_asked",
			"valuation.signed_off", "report.stored",
		}, names(told))
		for i, e := range told {
			assert.Equal(t, id, e.PropertyID)
			assert.Equal(t, e.Name == "photo.inspected", e.PhotoID != nil)
			assert.Nil(t, e.Claim)
			if i > 0 {
				assert.Greater(t, e.ID, told[i-1].ID, "ids rise")
			}
		}
		assert.Equal(t, "AWAITING_SIGN_OFF", *told[4].State)
		assert.Equal(t, "VALUED", *told[6].State)
		assert.Equal(t, []string{"property.submitted", "review.claimed", "valuation.signed_off", "report.stored"},
			names(open[valuer].until(t, "report.stored")), "nobody hears of a draft but its owner")
		assert.Equal(t, []string{"property.submitted", "review.claimed", "valuation.sign_off_asked", "valuation.signed_off", "report.stored"},
			names(open[supervisor].until(t, "report.stored")))

		s.photograph(t, stranger, s.draft(t, stranger), front)
		assert.Equal(t, []string{"photo.inspected"}, names(open[stranger].until(t, "photo.inspected")), "and nothing of other people's")
		open[admin].leave()
		<-open[admin].ended
		assert.Empty(t, open[admin].heard, "an ADMIN hears of no case")
	})
}

func TestLiveEventsHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/events", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+s.tokens[owner])
	response, err := s.client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	assert.Equal(t, "no", response.Header.Get("X-Accel-Buffering"))
	assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	s.inState(t, domain.Rejected)
	lines := bufio.NewScanner(response.Body)
	var text strings.Builder
	for lines.Scan() && lines.Text() != "event: review.rejected" {
		text.WriteString(lines.Text() + "\n")
	}
	require.True(t, lines.Scan())
	text.WriteString(lines.Text())
	for _, personal := range []string{"9811", "Person", "Cross", "Indiranagar", "560038", "12.97", "Not a home"} {
		assert.NotContains(t, text.String(), personal)
	}
}

func TestStreamsResumeBehindAnyEvent(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		first := s.listen(t, s.tokens[owner], "")
		s.inState(t, domain.Withdrawn)
		all := first.until(t, "property.withdrawn")
		require.Len(t, all, 4)
		first.leave()

		last := s.draft(t, owner)
		s.do(t, owner, http.MethodPost, property(last, "/withdrawal"), nil) // while nobody listens
		for i, e := range all {
			again := s.listen(t, s.tokens[owner], e.ID)
			var missed []propflow.Event
			for len(missed) == 0 || missed[len(missed)-1].PropertyID != last {
				missed = append(missed, again.until(t, "property.withdrawn")...)
			}
			assert.Equal(t, append(names(all[i+1:]), "property.withdrawn"), names(missed), "behind event %d", i)
			again.leave()
		}
	})
}

func TestStreamsResetWhereHistoryIsGone(t *testing.T) {
	t.Parallel()
	s := newStage(t, memory.WithRetainedEvents(3))
	first := s.listen(t, s.tokens[owner], "")
	s.inState(t, domain.Withdrawn)
	old := first.until(t, "property.withdrawn")[0]
	s.inState(t, domain.Withdrawn)

	again := s.listen(t, s.tokens[owner], old.ID)
	assert.Equal(t, []string{"reset"}, names(again.until(t, "reset")))
	s.do(t, owner, http.MethodPost, property(s.draft(t, owner), "/withdrawal"), nil)
	assert.Equal(t, []string{"property.withdrawn"}, names(again.until(t, "property.withdrawn")), "it goes on from there")

	unknown := s.listen(t, s.tokens[owner], "of-another-life")
	assert.Equal(t, []string{"reset"}, names(unknown.until(t, "reset")))
}

func TestStreamsEndWithTheirToken(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		soon := s.on.Clock.Now().Add(11 * time.Second) // and yet time to open the stream
		short := s.login(t, s.people[owner], soon)
		l, lasting := s.listen(t, short, ""), s.listen(t, s.tokens[owner], "")
		select {
		case err := <-l.ended:
			assert.NoError(t, err, "it ends cleanly")
		case <-time.After(time.Minute):
			assert.Fail(t, "the stream outlives its token")
		}
		assert.Empty(t, lasting.ended)
	})
}

func TestStreamsEndWhenTheProductStops(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		open := []*listener{s.listen(t, s.tokens[owner], ""), s.listen(t, s.tokens[valuer], "")}
		start := time.Now()
		require.NoError(t, s.end())
		assert.Less(t, time.Since(start), 10*time.Second, "open streams must not hold up the end")
		for _, l := range open {
			assert.NotErrorIs(t, <-l.ended, context.Canceled)
		}
	})
}

// TestSlowReaderHoldsUpNobody opens a stream that is never read, until nothing more fits
// between server and client.
func TestSlowReaderHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	stuck, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer stuck.Close()
	require.NoError(t, stuck.(*net.TCPConn).SetReadBuffer(4096))
	_, err = fmt.Fprintf(stuck, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", s.tokens[valuer])
	require.NoError(t, err)
	reader := s.listen(t, s.tokens[valuer], "")
	const batches, batch = 200, 50
	for range batches {
		require.NoError(t, s.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			for range batch {
				e := domain.Event{
					Action: "n", PropertyID: "0193562c-0000-7000-8000-00000000000f", State: domain.State(strings.Repeat("x", 500)),
					At: s.Clock.Now(), Roles: []domain.Role{domain.RoleValuer},
				}
				if err := tx.Events.Append(ctx, e); err != nil {
					return err
				}
			}
			return nil
		}))
		last := ""
		for range batch {
			e := reader.until(t, "n")[0]
			require.Greater(t, e.ID, last)
			last = e.ID
		}
	}
	start := time.Now()
	s.do(t, owner, http.MethodGet, "/api/v1/me", nil)
	t.Logf("with %d MB unread by another, %d events were told in order; a request takes %v", batches*batch*700>>20, batches*batch, time.Since(start))
}
