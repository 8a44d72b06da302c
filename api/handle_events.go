package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	eventBatch = 100
	// eventPulse is how often a quiet stream shows that it lives.
	eventPulse = 15 * time.Second
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
}

// VisitStreamEventsResponse writes the stream.
func (s eventStream) VisitStreamEventsResponse(w http.ResponseWriter) error {
	ctx, cancel := context.WithTimeout(s.ctx, s.ends)
	defer cancel()
	defer context.AfterFunc(s.draining, cancel)()
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // a stream outlives the server's write timeout
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	if _, err := fmt.Fprint(w, ": connected\n\n"); err != nil {
		return nil
	}
	for out.Flush() == nil {
		events, gone, err := s.feed.Since(ctx, s.after, eventBatch)
		if err != nil {
			return nil // the client comes back with the last id it saw
		}
		if gone {
			newest, err := s.feed.Newest(ctx)
			if err != nil || writeEvent(w, newest, "reset", struct{}{}) != nil {
				return nil
			}
			s.after = newest
			continue
		}
		if err := s.write(w, events); err != nil {
			return nil
		}
		if len(events) == 0 && !s.await(ctx, w) {
			return nil
		}
	}
	return nil
}

// await waits for something new; false means that the stream is over.
func (s *eventStream) await(ctx context.Context, w http.ResponseWriter) bool {
	pulse, cancel := context.WithTimeout(ctx, eventPulse)
	defer cancel()
	if s.feed.Wait(pulse, s.after) == nil {
		return true
	}
	if ctx.Err() != nil {
		return false
	}
	_, err := fmt.Fprint(w, ": pulse\n\n")
	return err == nil
}

func (s *eventStream) write(w http.ResponseWriter, events []domain.Event) error {
	for _, e := range events {
		s.after = e.ID
		if !e.VisibleTo(s.to) {
			continue
		}
		err := writeEvent(w, e.ID, string(e.Action), gen.LiveEvent{
			PropertyID: string(e.PropertyID), PhotoID: optionalText(e.PhotoID), State: optionalText(e.State),
			SLALevel: optionalText(e.SLALevel), At: e.At,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func writeEvent(w http.ResponseWriter, id domain.EventID, name string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "id: %s\nevent: %s\ndata: %s\n\n", id, name, body)
	return err
}
