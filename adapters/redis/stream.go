package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
)

// DefaultRetained is how many events a Stream keeps, unless told otherwise: those of some
// hours at a hundred times the expected load.
const DefaultRetained = 20_000

// Stream brings events to the live clients of every replica: whoever takes them from the
// outbox publishes them, and all read it as a ports.EventFeed. It keeps the newest events
// only. An event's id is that of its entry, padded so that later ones are greater as text.
type Stream struct {
	client *Client
	key    string
	retain int64

	mu       sync.Mutex
	waiters  int
	follower *follower // nil where nobody waits
}

// NewStream returns the stream that the client's Redis holds, which keeps at least the
// newest retain events.
func NewStream(c *Client, retain int) *Stream {
	return &Stream{client: c, key: c.prefix + "events", retain: int64(retain)}
}

// payload is the field of an entry that holds the event.
const payload = "event"

// Publish appends events in order, all or none, and gives them new ids. A caller that gets
// an error must publish again, and so may publish twice: delivery is at least once. Errors:
// KindUnavailable.
func (s *Stream) Publish(ctx context.Context, events []domain.Event) error {
	if len(events) == 0 {
		return nil
	}
	entries := make([][]byte, len(events))
	for i, event := range events {
		event.ID = ""
		var err error
		if entries[i], err = json.Marshal(event); err != nil {
			return fmt.Errorf("encode event: %w", err)
		}
	}
	return s.client.call(ctx, func(ctx context.Context) error {
		_, err := s.client.redis.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			for _, entry := range entries {
				pipe.XAdd(ctx, &redis.XAddArgs{Stream: s.key, MaxLen: s.retain, Approx: true, Values: []any{payload, entry}})
			}
			return nil
		})
		return err
	})
}

// Newest implements ports.EventFeed. Errors: KindUnavailable.
func (s *Stream) Newest(ctx context.Context) (domain.EventID, error) {
	var entries []redis.XMessage
	err := s.client.call(ctx, func(ctx context.Context) (err error) {
		entries, err = s.client.redis.XRevRangeN(ctx, s.key, "+", "-", 1).Result()
		return err
	})
	if err != nil || len(entries) == 0 {
		return "", err
	}
	return eventID(entries[0].ID)
}

// Since implements ports.EventFeed. Where events may be missing it returns none: whoever
// asks begins anew from Newest. Errors: KindUnavailable.
func (s *Stream) Since(ctx context.Context, after domain.EventID, limit int) (events []domain.Event, gone bool, err error) {
	from := "-"
	if after != "" {
		var known bool
		if from, known = entryID(after); !known {
			return nil, true, nil
		}
	}
	var entries []redis.XMessage
	err = s.client.call(ctx, func(ctx context.Context) (err error) {
		entries, gone, err = s.read(ctx, from, int64(max(0, limit)))
		return err
	})
	if err != nil || gone {
		return nil, gone, err
	}
	events, err = decode(entries)
	return events, false, err
}

// read returns limit entries behind the one named from, or from the beginning. One answer
// shows both that entry and what follows it: between two, entries could be trimmed unseen.
func (s *Stream) read(ctx context.Context, from string, limit int64) (entries []redis.XMessage, gone bool, err error) {
	var state *redis.XInfoStreamCmd
	var found *redis.XMessageSliceCmd
	_, err = s.client.redis.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		found = pipe.XRangeN(ctx, s.key, from, "+", limit+1)
		state = pipe.XInfoStream(ctx, s.key)
		return nil
	})
	absent := state.Err() != nil && strings.Contains(state.Err().Error(), "no such key")
	if err != nil && !absent {
		return nil, false, err
	}
	entries = found.Val()
	switch {
	case from != "-" && (len(entries) == 0 || entries[0].ID != from):
		return nil, true, nil
	case from != "-":
		return entries[1:], false, nil
	case !absent && state.Val().EntriesAdded > state.Val().Length:
		return nil, true, nil
	}
	return entries[:min(int64(len(entries)), limit)], false, nil
}

func decode(entries []redis.XMessage) ([]domain.Event, error) {
	events := make([]domain.Event, len(entries))
	for i, entry := range entries {
		text, ok := entry.Values[payload].(string)
		if !ok {
			return nil, fmt.Errorf("redis: entry %s holds no event", entry.ID)
		}
		if err := json.Unmarshal([]byte(text), &events[i]); err != nil {
			return nil, fmt.Errorf("redis: entry %s: %w", entry.ID, err)
		}
		var err error
		if events[i].ID, err = eventID(entry.ID); err != nil {
			return nil, err
		}
	}
	return events, nil
}

var errEntryID = errors.New("redis: not the id of an entry")

// eventID pads the two numbers of an entry's id.
func eventID(entry string) (domain.EventID, error) {
	time, sequence, err := numbers(entry)
	if err != nil {
		return "", fmt.Errorf("%w: %q", errEntryID, entry)
	}
	return domain.EventID(fmt.Sprintf("%015d-%010d", time, sequence)), nil
}

// entryID returns the id of the entry that an event was, if it can have been one.
func entryID(event domain.EventID) (string, bool) {
	time, sequence, err := numbers(string(event))
	return fmt.Sprintf("%d-%d", time, sequence), err == nil
}

func numbers(id string) (time, sequence uint64, err error) {
	first, second, found := strings.Cut(id, "-")
	if !found {
		return 0, 0, errEntryID
	}
	if time, err = strconv.ParseUint(first, 10, 64); err != nil {
		return 0, 0, err
	}
	sequence, err = strconv.ParseUint(second, 10, 64)
	return time, sequence, err
}
