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
	"github.com/propflow/propflow/ports"
)

const (
	eventBatch = 100
	// eventPulse is how often a quiet stream shows that it lives.
	eventPulse = 15 * time.Second
	// eventPatience is how long a client may leave what was sent to it unread. It is shorter
	// than the grace of a shutdown, which such a client would hold up.
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
	return eventStream{
		ctx: ctx, draining: s.Draining, feed: s.Feed, to: identity.Actor, after: after,
		ends: identity.ExpiresAt.Sub(s.Clock.Now()),
	}, nil
}

// eventStream answers server-sent events until the client leaves, its token expires or the
// process drains.
type eventStream struct {
	ctx, draining context.Context
	feed          ports.EventFeed
	to            domain.Actor
	after         domain.EventID
	ends          time.Duration
	headersOnly   bool // the request is HEAD
}

// headersOnly marks a stream that HEAD asks for: without a body to write it would wait for
// events until the token expires.
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

// VisitStreamEventsResponse writes the stream. A client that loses it comes back with the
// last id it saw, so that no error here is worth an answer.
func (s eventStream) VisitStreamEventsResponse(w http.ResponseWriter) error {
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
	news := s.pulse()
	for send(w, news) == nil {
		var err error
		if news, err = s.next(ctx); err != nil {
			extend(w) // the end is written too
			return nil
		}
	}
	return nil
}

// send writes and flushes within eventPatience, which takes the place of the server's own
// write timeout: a stream outlives that.
func send(w http.ResponseWriter, text string) error {
	extend(w)
	if _, err := io.WriteString(w, text); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

// extend gives what is written next its time.
func extend(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(eventPatience)) // a recorder has none
}

// next waits for something to tell: events, that history is gone, or after a long silence
// that the stream lives. Errors: those of the feed, and ctx's when the stream is over.
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
		if news := s.tell(events); news != "" {
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

// tell writes what the client may hear of, and moves behind all of it.
func (s *eventStream) tell(events []domain.Event) string {
	var news strings.Builder
	for _, e := range events {
		s.after = e.ID
		if !e.VisibleTo(s.to) {
			continue
		}
		news.WriteString(frame(e.ID, string(e.Action), gen.LiveEvent{
			PropertyID: string(e.PropertyID), PhotoID: optionalText(e.PhotoID), State: optionalText(e.State),
			SLALevel: optionalText(e.SLALevel), At: e.At,
		}))
	}
	return news.String()
}

// pulse shows that the stream lives and where it is, so that a client can resume there even
// if no event has reached it yet. The id comes with a name and data, because many clients
// take a block that has only an id for an event that they cannot decode.
func (s *eventStream) pulse() string {
	if s.after == "" { // nothing has happened yet that one could resume behind
		return ": pulse\n\n"
	}
	return frame(s.after, "pulse", struct{}{})
}

func frame(id domain.EventID, name string, data any) string {
	body, err := json.Marshal(data)
	if err != nil {
		return "" // texts and times always encode
	}
	return fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", id, name, body)
}
