package propflow

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Event is one live event.
type Event struct {
	// ID identifies the event: give it to Live to resume after this event.
	ID string
	// Name is the action, e.g. property.submitted. "reset" means that events were missed: read
	// everything again.
	Name string
	// LiveEvent is what happened. To the owner of the case View is OWNER, and SLALevel is nil.
	LiveEvent
}

// Live calls handle for every live event after lastID, or from now on if lastID is empty. It
// returns when ctx ends, when handle fails, or when the stream ends, which it does when the
// token expires. Call it again with the id of the last event. If ready is not nil, it is called
// once the stream is open. Stream does more.
func Live(ctx context.Context, client *ClientWithResponses, lastID string, ready func(), handle func(Event) error) error {
	s := Stream{Client: client, LastID: lastID}
	return s.Listen(ctx, ready, handle)
}

// Stream follows live events over any number of connections, one after the other. The first
// connection starts with the events after LastID, or from now on if it is empty.
type Stream struct {
	Client *ClientWithResponses
	// LastID is the id after which the next connection resumes. The server sends ids even while
	// nothing happens, so that events before the first received one are not missed either.
	LastID string
	// Silence is how long a connection may send nothing, neither its first answer nor a pulse,
	// before it counts as broken. 0 means three pulses of the server, 45 s.
	Silence time.Duration
}

// ErrSilent is the error of a connection that sent nothing for too long.
var ErrSilent = errors.New("the stream of live events fell silent")

// Listen opens one connection and calls handle for every event. It returns when Live does, or
// with ErrSilent; call it again then.
func (s *Stream) Listen(ctx context.Context, ready func(), handle func(Event) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	params := &StreamEventsParams{}
	if s.LastID != "" {
		last := s.LastID
		params.LastEventID = &last
	}
	silence := s.Silence
	if silence == 0 {
		silence = 45 * time.Second
	}
	// The alarm starts before the request, because a proxy may accept it and never answer.
	alarm := time.AfterFunc(silence, func() { cancel(ErrSilent) })
	defer alarm.Stop()
	response, err := s.Client.StreamEvents(ctx, params, func(_ context.Context, r *http.Request) error {
		r.Header.Set("Accept", "text/event-stream")
		return nil
	})
	if err != nil {
		return broken(ctx, err)
	}
	defer response.Body.Close()
	alarm.Reset(silence)
	if ready != nil {
		ready()
	}
	return broken(ctx, s.read(response.Body, func() { alarm.Reset(silence) }, handle))
}

// broken returns ErrSilent if the alarm ended the connection, and err otherwise.
func broken(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), ErrSilent) {
		return ErrSilent
	}
	return err
}

// read parses server-sent events as the HTML standard describes them, as far as PropFlow sends
// them: one line each of id, event and data, and comments. It calls alive for every line.
func (s *Stream) read(r io.Reader, alive func(), handle func(Event) error) error {
	lines := bufio.NewScanner(r)
	var event Event
	var data string
	for lines.Scan() {
		alive()
		line := lines.Text()
		if line != "" {
			field, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch field {
			case "id":
				event.ID = value
			case "event":
				event.Name = value
			case "data":
				data = value
			}
			continue
		}
		if event.Name == "" || event.Name == "pulse" { // no event, but it may carry the stream's current id
			if event.ID != "" {
				s.LastID = event.ID
			}
			event, data = Event{}, ""
			continue
		}
		if err := json.Unmarshal([]byte(data), &event.LiveEvent); err != nil {
			return fmt.Errorf("decode event %s: %w", event.ID, err)
		}
		if err := handle(event); err != nil {
			return err
		}
		s.LastID = event.ID
		event, data = Event{}, ""
	}
	return lines.Err()
}
