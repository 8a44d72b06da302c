package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// pageLimit is the greatest page (domain.Page).
const pageLimit = 100

// order sorts a list by a key and, as keys may tie, by id.
type order[V any] struct {
	key        func(V) string
	id         func(V) string
	descending bool
}

// timeKey writes a time so that later ones sort behind earlier ones.
func timeKey(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

func (o order[V]) cursor(v V) domain.Cursor { return domain.Cursor{Key: o.key(v), ID: o.id(v)} }

func (o order[V]) compare(a, b domain.Cursor) int {
	c := cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
	if o.descending {
		return -c
	}
	return c
}

// sorted sorts the values, computing each key once.
func (o order[V]) sorted(values []V) ([]V, []domain.Cursor) {
	type entry struct {
		at    domain.Cursor
		value V
	}
	entries := make([]entry, len(values))
	for i, v := range values {
		entries[i] = entry{o.cursor(v), v}
	}
	slices.SortFunc(entries, func(a, b entry) int { return o.compare(a.at, b.at) })
	cursors := make([]domain.Cursor, len(values))
	for i, e := range entries {
		values[i], cursors[i] = e.value, e.at
	}
	return values, cursors
}

// page returns what comes after the page's cursor, not copied.
func (o order[V]) page(values []V, page domain.Page) domain.List[V] {
	limit := page.Limit
	if limit < 1 || limit > pageLimit {
		limit = pageLimit
	}
	values, cursors := o.sorted(values)
	from := 0
	if page.Cursor != (domain.Cursor{}) {
		from, _ = slices.BinarySearchFunc(cursors, page.Cursor, func(at, after domain.Cursor) int {
			return cmp.Or(o.compare(at, after), -1) // the cursor itself was seen
		})
	}
	to := min(len(values), from+limit)
	list := domain.List[V]{Items: values[from:to]}
	if to < len(values) && to > from {
		list.Next = cursors[to-1]
	}
	return list
}

// firstOf returns at most limit values.
func firstOf[V any](values []V, limit int) []V { return values[:min(len(values), max(0, limit))] }
