package memory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// pageLimit is the largest page size (domain.Page).
const pageLimit = 100

// order sorts a list by a time and, as times may tie, by id.
type order[V any] struct {
	at         func(*V) time.Time
	id         func(*V) string
	descending bool
	note       string // appended to the time in cursors
}

// place is a value with its sort key.
type place[V any] struct {
	at    time.Time
	id    string
	value *V
}

func (o order[V]) compare(a, b place[V]) int {
	if o.descending {
		a, b = b, a
	}
	if c := a.at.Compare(b.at); c != 0 {
		return c
	}
	return cmp.Compare(a.id, b.id)
}

func (o order[V]) places(values []*V) []place[V] {
	places := make([]place[V], len(values))
	for i, v := range values {
		places[i] = place[V]{o.at(v), o.id(v), v}
	}
	slices.SortFunc(places, o.compare)
	return places
}

// sorted returns at most limit values in order.
func (o order[V]) sorted(values []*V, limit int) []*V {
	places := o.places(values)
	first := make([]*V, min(len(places), max(0, limit)))
	for i := range first {
		first[i] = places[i].value
	}
	return first
}

// page returns copies of the values after the page's cursor. Errors: KindInvalid with a
// violation of the field "cursor" if it is malformed.
func (o order[V]) page(clone func(V) V, values []*V, page domain.Page) (domain.List[V], error) {
	limit := page.Limit
	if limit < 1 || limit > pageLimit {
		limit = pageLimit
	}
	places := o.places(values)
	from := 0
	if page.Cursor != (domain.Cursor{}) {
		at, err := cursorTime(page.Cursor)
		if err != nil {
			return domain.List[V]{}, err
		}
		from, _ = slices.BinarySearchFunc(places, place[V]{at: at, id: page.Cursor.ID}, func(p, seen place[V]) int {
			return cmp.Or(o.compare(p, seen), -1) // the cursor's own item is not repeated
		})
	}
	to := min(len(places), from+limit)
	list := domain.List[V]{Items: make([]V, 0, to-from)}
	for _, p := range places[from:to] {
		list.Items = append(list.Items, clone(*p.value))
	}
	if from < to && to < len(places) {
		last := places[to-1]
		list.Next = domain.Cursor{Key: last.at.UTC().Format(time.RFC3339Nano) + o.note, ID: last.id}
	}
	return list, nil
}

func cursorTime(c domain.Cursor) (time.Time, error) {
	key, _, _ := strings.Cut(c.Key, "@")
	at, err := time.Parse(time.RFC3339Nano, key)
	if err != nil {
		var v domain.Violations
		v.Require(false, "cursor", "format", "must be the place where an earlier page ended")
		return at, v.Err()
	}
	return at, nil
}
