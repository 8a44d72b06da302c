package propflow

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Event is one live event.
type Event struct {
	// ID resumes behind this event: give it to Live.
	ID string
	// Name is the action, e.g. property.submitted; "reset" means that events were missed:
	// read everything again.
	Name string
	LiveEvent
}

// Live calls handle for every live event after lastID, from now on where lastID is empty. It
// returns when ctx ends, handle fails, or the stream ends, which it does when the token
// expires: call it again with the id of the last event. ready, where not nil, is called once
// the stream is open.
func Live(ctx context.Context, client *ClientWithResponses, lastID string, ready func(), handle func(Event) error) error {
	params := &StreamEventsParams{}
	if lastID != "" {
		params.LastEventID = &lastID
	}
	response, err := client.StreamEvents(ctx, params, func(_ context.Context, r *http.Request) error {
		r.Header.Set("Accept", "text/event-stream")
		return nil
	})
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if ready != nil {
		ready()
	}
	return readEvents(response.Body, handle)
}

// readEvents reads server-sent events as the HTML standard describes them, as far as
// PropFlow sends them: one line each of id, event and data, and comments.
func readEvents(r io.Reader, handle func(Event) error) error {
	lines := bufio.NewScanner(r)
	var event Event
	var data string
	for lines.Scan() {
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
		if event.Name == "" {
			continue
		}
		if err := json.Unmarshal([]byte(data), &event.LiveEvent); err != nil {
			return fmt.Errorf("decode event %s: %w", event.ID, err)
		}
		if err := handle(event); err != nil {
			return err
		}
		event, data = Event{}, ""
	}
	return lines.Err()
}
