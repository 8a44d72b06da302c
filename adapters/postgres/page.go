package postgres

import (
	"regexp"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// pageLimit is the largest page size (domain.Page).
const pageLimit = 100

var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// The ids before and after all others.
const (
	firstID = "00000000-0000-0000-0000-000000000000"
	lastID  = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// endOfTime is later than every stored time.
var endOfTime = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// place is the point at which a list continues: after this time and id.
type place struct {
	at    time.Time
	id    string
	limit int    // of the page
	note  string // appended to the time in cursors
}

// ascending returns the place at which a list in ascending order continues. Errors:
// KindInvalid with a violation of the field "cursor" if it is malformed.
func ascending(page domain.Page) (place, error) {
	return begin(page, place{at: time.Time{}, id: firstID})
}

// descending is ascending for a list in descending order.
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

// more returns how many rows to read: one more than the limit, to find out whether there is a
// next page.
func (p place) more() int { return p.limit + 1 }

// list returns the page of the items that were read. key returns an item's time and id, from
// which the cursor of the next page is made.
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
