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

// DefaultRetained is the number of events that a Stream keeps by default: those of some hours at
// a hundred times the expected load.
const DefaultRetained = 20_000

// Stream brings events to the live clients of every replica: a relay publishes the events of
// the database's feed in it, and every replica reads it as a ports.EventFeed. It keeps only
// the newest events, without a gap between them.
//
// An event has the same id here as in the database's feed: the halves of its UUID, read as two
// numbers, are the id of its entry. UUIDs and entry ids have the same order.
type Stream struct {
	client *Client
	key    string
	retain int64

	mu       sync.Mutex
	waiters  int
	follower *follower // nil if there is no caller of Wait
}

// NewStream returns the stream in the client's Redis, which keeps at least the newest retain
// events.
func NewStream(c *Client, retain int) *Stream {
	return &Stream{client: c, key: c.prefix + "events", retain: int64(retain)}
}

// The fields of an entry: the event, and the id of the event that it follows.
const (
	payload     = "event"
	predecessor = "after"
)

// publish appends events. KEYS: the stream. ARGV: retain, the entry that the first one
// follows, then (entry, its predecessor, event) of each. It returns 0 if the stream contains
// entries but not the one to be followed. Redis refuses entries that are there already,
// because they are not newer than the top, and the script skips them.
var publish = redis.NewScript(`
if redis.call('XLEN', KEYS[1]) > 0 and (ARGV[2] == '' or #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 0) then
	return {0}
end
for i = 3, #ARGV, 3 do
	local added = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], ARGV[i], 'after', ARGV[i + 1], 'event', ARGV[i + 2])
	if type(added) == 'table' and added.err and not string.find(added.err, 'equal or smaller') then
		return added
	end
end
return {1}`)

// forget deletes the stream if its top is the entry. KEYS: the stream. ARGV: entry.
var forget = redis.NewScript(`
local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if top[1] and top[1][1] == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {}`)

// Publish appends the events, which directly follow the one named after, in order. It skips
// those that are there already, so any number of relays may publish at the same time. It
// reports false, and appends nothing, if that would leave a gap: if the stream contains events,
// but not the one named after. An empty stream may begin with any event. Errors:
// KindUnavailable; some of the events may be published then, without a gap.
func (s *Stream) Publish(ctx context.Context, after domain.EventID, events []domain.Event) (fits bool, err error) {
	follows, ok := "", true
	if after != "" {
		follows, ok = entryID(after)
	}
	args := append(make([]any, 0, 2+3*len(events)), s.retain, follows)
	for _, event := range events {
		entry, known := entryID(event.ID)
		ok = ok && known
		args = append(args, entry, string(after))
		after, event.ID = event.ID, ""
		text, err := json.Marshal(event)
		if err != nil {
			return false, fmt.Errorf("encode event: %w", err)
		}
		args = append(args, text)
	}
	switch {
	case !ok:
		return false, fmt.Errorf("%w: of an event to publish", errEventID)
	case len(events) == 0:
		return true, nil
	}
	answer, err := s.client.run(ctx, publish, []string{s.key}, args...)
	return err == nil && answer[0] == int64(1), err
}

// Forget empties the stream if the newest event is still its newest. Errors: KindUnavailable.
func (s *Stream) Forget(ctx context.Context, newest domain.EventID) error {
	entry, ok := entryID(newest)
	if !ok {
		return nil // it cannot be
	}
	_, err := s.client.run(ctx, forget, []string{s.key}, entry)
	return err
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

// Since implements ports.EventFeed. If events may be missing it returns none. Errors:
// KindUnavailable.
func (s *Stream) Since(ctx context.Context, after domain.EventID, limit int) (events []domain.Event, gone bool, err error) {
	from := "-"
	if after != "" {
		var ok bool
		if from, ok = entryID(after); !ok {
			return nil, true, nil
		}
	}
	var entries []redis.XMessage
	err = s.client.call(ctx, func(ctx context.Context) (err error) {
		entries, err = s.client.redis.XRangeN(ctx, s.key, from, "+", int64(max(0, limit))+1).Result()
		return err
	})
	switch {
	case err != nil:
		return nil, false, err
	case after == "":
		gone = len(entries) > 0 && entries[0].Values[predecessor] != ""
		entries = entries[:min(len(entries), max(0, limit))]
	case len(entries) == 0 || entries[0].ID != from:
		gone = true
	default:
		entries = entries[1:]
	}
	if gone {
		return nil, true, nil
	}
	events, err = decode(entries)
	return events, false, err
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

var (
	errEntryID = errors.New("redis: not the id of an entry")
	errEventID = errors.New("redis: not an id of the feed")
)

// eventID returns the id of the event in an entry.
func eventID(entry string) (domain.EventID, error) {
	high, low, found := strings.Cut(entry, "-")
	first, err := strconv.ParseUint(high, 10, 64)
	second, err2 := strconv.ParseUint(low, 10, 64)
	if !found || err != nil || err2 != nil {
		return "", fmt.Errorf("%w: %q", errEntryID, entry)
	}
	h, l := fmt.Sprintf("%016x", first), fmt.Sprintf("%016x", second)
	return domain.EventID(h[:8] + "-" + h[8:12] + "-" + h[12:] + "-" + l[:4] + "-" + l[4:]), nil
}

// entryID returns the id of the entry of an event. It reports false unless the event's id has
// exactly the form that the feed writes.
func entryID(event domain.EventID) (entry string, ok bool) {
	var halves [2]uint64
	digits := strings.ReplaceAll(string(event), "-", "")
	if len(digits) != 32 {
		return "", false
	}
	for i := range halves {
		var err error
		if halves[i], err = strconv.ParseUint(digits[16*i:16*i+16], 16, 64); err != nil {
			return "", false
		}
	}
	entry = fmt.Sprintf("%d-%d", halves[0], halves[1])
	written, err := eventID(entry)
	return entry, err == nil && written == event
}
