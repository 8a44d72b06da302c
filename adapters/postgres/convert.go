package postgres

import (
	"strings"
	"time"
)

// optional returns nil for a zero value, because NULL means not known.
func optional[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// timeOrNil is optional for times, of which == cannot find every zero value.
func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// value returns *p, or the zero value if p is nil.
func value[T any](p *T) T {
	if p == nil {
		var none T
		return none
	}
	return *p
}

// optionalID returns nil for an empty id.
func optionalID[T ~string](id T) *string {
	if id == "" {
		return nil
	}
	s := string(id)
	return &s
}

// idOf returns the empty id for nil.
func idOf[T ~string](id *string) T { return T(value(id)) }

// texts converts a list of one string type to another. It never returns nil, because no array
// column is nullable.
func texts[To, From ~string](from []From) []To {
	to := make([]To, len(from))
	for i, s := range from {
		to[i] = To(s)
	}
	return to
}

// storable drops NUL and replaces invalid UTF-8, because PostgreSQL's text cannot contain them
// and the metadata of uploaded files can.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// mapped converts every item of a list.
func mapped[From, To any](from []From, convert func(From) To) []To {
	to := make([]To, len(from))
	for i, v := range from {
		to[i] = convert(v)
	}
	return to
}

// mappedErr is mapped for a conversion that can fail.
func mappedErr[From, To any](from []From, convert func(From) (To, error)) ([]To, error) {
	to := make([]To, len(from))
	for i, v := range from {
		var err error
		if to[i], err = convert(v); err != nil {
			return nil, err
		}
	}
	return to, nil
}
