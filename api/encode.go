package api

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

// optional returns nil for the zero value, so that the answer omits the field.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// optionalText is optional for domain string types; it returns plain text.
func optionalText[T ~string](v T) *string { return optional(string(v)) }

// moment returns nil for the zero time, else the time in UTC.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// value returns what p points to, or the zero value if p is nil.
func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

func each[A, B any](in []A, encode func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, v := range in {
		out = append(out, encode(v))
	}
	return out
}

func money(r domain.Rupees) gen.Money {
	return gen.Money{Amount: int64(r), Currency: gen.MoneyCurrencyINR}
}

func optionalMoney(r domain.Rupees) *gen.Money {
	if r == 0 {
		return nil
	}
	m := money(r)
	return &m
}

func point(p domain.Point) gen.Point { return gen.Point{Lat: p.Lat, Lng: p.Lng} }

// etag formats a version as an entity tag.
func etag(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

// versionOf parses an entity tag that matched the document's pattern. It accepts tags of
// compressed answers ("3-gzip"), because a version does not depend on the content coding.
func versionOf(tag string) int64 {
	version, err := strconv.ParseInt(strings.TrimSuffix(strings.Trim(tag, `"`), middleware.TaggedGzip), 10, 64)
	if err != nil {
		return -1 // matches no version
	}
	return version
}

// page decodes limit and cursor. Error: KindInvalid naming the cursor.
func page(limit *int, cursor *string) (domain.Page, error) {
	p := domain.Page{Limit: 20}
	if limit != nil {
		p.Limit = *limit
	}
	if cursor == nil {
		return p, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(*cursor)
	if err == nil {
		err = json.Unmarshal(raw, &p.Cursor)
	}
	if err != nil || p.Cursor.ID == "" {
		var v domain.Violations
		v.Require(false, "cursor", "format", "must be the next_cursor of an earlier page")
		return p, v.Err()
	}
	return p, nil
}

// nextCursor encodes the start of the next page; it returns nil on the last page.
func nextCursor(c domain.Cursor) *string {
	if c == (domain.Cursor{}) {
		return nil
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return nil // cannot happen: a cursor is two strings
	}
	return new(base64.RawURLEncoding.EncodeToString(raw))
}
