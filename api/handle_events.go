package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
)

const (
	eventBatch = 100
	// eventPulse is the interval at which a quiet stream shows that it is alive.
	eventPulse = 15 * time.Second
	// eventPatience is how long a client may leave sent data unread. It must be shorter than the
	// grace period of a shutdown, which such a client would otherwise use up.
	eventPatience = 10 * time.Second
)

func (s *server) StreamEvents(ctx context.Context, r gen.StreamEventsRequestObject) (gen.StreamEventsResponseObject, error) {
	after := domain.EventID(value(r.Params.LastEventID))
	if after == "" {
		newest, err := s.Feed.Newest(ctx)
		if err != nil {
			return nil, err
		}
		after = newest
	}
	identity := identityOf(ctx)
	leave, err := s.enterStream(ctx, identity.Actor)
	if err != nil {
		return nil, err
	}
	own, err := s.ownCases(ctx, identity.Actor)
	if err != nil {
		leave()
		return nil, err
	}
	return eventStream{
		ctx: ctx, leave: leave, draining: s.Draining, feed: s.Feed, guard: s.guard, identity: identity, to: identity.Actor, after: after, own: own,
		ends: identity.ExpiresAt.Sub(s.Clock.Now()),
	}, nil
}

// ownCases returns the cases that a member of staff owns, because most have none. Customers get no
// event by their role, so theirs are not asked for.
func (s *server) ownCases(ctx context.Context, actor domain.Actor) (map[domain.PropertyID]bool, error) {
	own := map[domain.PropertyID]bool{}
	if !actor.Role.IsStaff() {
		return own, nil
	}
	for page := (domain.Page{Limit: eventBatch}); ; {
		list, err := s.UseCases.ListProperties.Execute(ctx, intake.ListPropertiesInput{Actor: actor, Page: page})
		if err != nil {
			return nil, err
		}
		for _, p := range list.Items {
			own[p.ID] = true
		}
		if page.Cursor = list.Next; page.Cursor == (domain.Cursor{}) {
			return own, nil
		}
	}
}

// eventStream is an answer that sends server-sent events until the client disconnects, its token
// expires, its session ends or the process drains.
type eventStream struct {
	ctx, draining context.Context
	leave         func() // stops counting the stream
	feed          ports.EventFeed
	guard         *streamGuard
	identity      domain.Identity
	to            domain.Actor
	after         domain.EventID
	own           map[domain.PropertyID]bool // cases of which the client gets the owner's events only
	ends          time.Duration
	headersOnly   bool // the request is HEAD
}

// headersOnly marks a stream whose request is HEAD. Without this the stream, which has no body
// to write, would wait for events until the token expires.
func headersOnly(next gen.StrictHandlerFunc, _ string) gen.StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		response, err := next(ctx, w, r, request)
		if stream, ok := response.(eventStream); ok {
			stream.headersOnly = r.Method == http.MethodHead
			return stream, err
		}
		return response, err
	}
}

// VisitStreamEventsResponse writes the stream. It returns nil even after an error: a client that
// loses the stream resumes after the last id it received.
func (s eventStream) VisitStreamEventsResponse(w http.ResponseWriter) error {
	defer s.leave()
	ctx, cancel := context.WithTimeout(s.ctx, s.ends)
	defer cancel()
	defer context.AfterFunc(s.draining, cancel)()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	if s.headersOnly {
		return nil
	}
	ctx, release := s.guard.watch(ctx, s.identity)
	defer release()
	news := s.pulse()
	for send(w, news) == nil {
		var err error
		if news, err = s.next(ctx); err != nil {
			extend(w) // the final chunk needs a deadline too
			return nil
		}
	}
	return nil
}

// send writes and flushes text within eventPatience. This deadline replaces the server's write
// timeout, which is shorter than a stream may last.
func send(w http.ResponseWriter, text string) error {
	extend(w)
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// extend moves the write deadline to eventPatience from now.
func extend(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(eventPatience)) // fails for httptest.ResponseRecorder
}

// next waits for something to send: events, a reset if the events after the last id are no
// longer kept, or a pulse after eventPulse without either. Errors: those of the feed, and ctx's
// when the stream is over.
func (s *eventStream) next(ctx context.Context) (string, error) {
	pulse, cancel := context.WithTimeout(ctx, eventPulse)
	defer cancel()
	for {
		events, gone, err := s.feed.Since(ctx, s.after, eventBatch)
		if err != nil {
			return "", err
		}
		if gone {
			s.after, err = s.feed.Newest(ctx)
			return frame(s.after, "reset", struct{}{}), err
		}
		if news := s.encode(events); news != "" {
			return news, nil
		}
		err = s.feed.Wait(pulse, s.after)
		switch {
		case err == nil:
		case pulse.Err() != nil && ctx.Err() == nil:
			return s.pulse(), nil
		default:
			return "", err
		}
	}
}

// encode returns the frames of those events that the client may see. It advances s.after past
// all of them, visible or not.
func (s *eventStream) encode(events []domain.Event) string {
	var news strings.Builder
	for _, e := range events {
		s.after = e.ID
		if e.OwnerID == s.to.ID {
			s.own[e.PropertyID] = true // also one that was created since the stream began
		}
		if !e.VisibleTo(s.to) || e.OwnerID != s.to.ID && s.own[e.PropertyID] {
			continue
		}
		news.WriteString(frame(e.ID, string(e.Action), encodeEvent(e, s.to)))
	}
	return news.String()
}

// pulse returns a frame that shows that the stream is alive. It carries the current id, so that
// a client can resume there even if no event has reached it yet. The id comes with a name and
// data, because many clients take a block with only an id for an event that they cannot decode.
func (s *eventStream) pulse() string {
	if s.after == "" { // no event exists yet after which a client could resume
		return ": pulse\n\n"
	}
	return frame(s.after, "pulse", struct{}{})
}

func frame(id domain.EventID, name string, data any) string {
	body, err := json.Marshal(data)
	if err != nil {
		return "" // cannot happen: data has only texts and times
	}
	return fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", id, name, body)
}
