package postgres

import (
	"regexp"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// pageLimit is the greatest page (domain.Page).
const pageLimit = 100

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// The ids before and after all others.
const (
	firstID = "00000000-0000-0000-0000-000000000000"
	lastID  = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// endOfTime is later than anything.
var endOfTime = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// place is where a list goes on: behind this time and id.
type place struct {
	at    time.Time
	id    string
	limit int    // of the page
	note  string // rides in cursors behind the time
}

// ascending reads where a list in rising order goes on. Error: KindInvalid naming the cursor.
func ascending(page domain.Page) (place, error) {
	return begin(page, place{at: time.Time{}, id: firstID})
}

// descending is ascending for a list in falling order.
func descending(page domain.Page) (place, error) {
	return begin(page, place{at: endOfTime, id: lastID})
}

func begin(page domain.Page, p place) (place, error) {
	if page.Cursor != (domain.Cursor{}) {
		key, note, _ := strings.Cut(page.Cursor.Key, "@")
		at, err := time.Parse(time.RFC3339Nano, key)
		if err != nil || !uuidPattern.MatchString(page.Cursor.ID) {
			var v domain.Violations
			v.Require(false, "cursor", "format", "must be the place where an earlier page ended")
			return p, v.Err()
		}
		p.at, p.id, p.note = at.UTC(), page.Cursor.ID, note
	}
	if p.limit = page.Limit; p.limit < 1 || p.limit > pageLimit {
		p.limit = pageLimit
	}
	return p, nil
}

// more is how many rows to read: one more than the page holds, to know of a next page.
func (p place) more() int { return p.limit + 1 }

// list makes the page of what was read; key says where an item stands.
func list[T any](p place, items []T, key func(T) (time.Time, string)) domain.List[T] {
	if len(items) <= p.limit {
		return domain.List[T]{Items: items}
	}
	items = items[:p.limit]
	at, id := key(items[p.limit-1])
	next := at.UTC().Format(time.RFC3339Nano)
	if p.note != "" {
		next += "@" + p.note
	}
	return domain.List[T]{Items: items, Next: domain.Cursor{Key: next, ID: id}}
}
