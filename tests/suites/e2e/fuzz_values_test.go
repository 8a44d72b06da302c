package e2e_test

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// dice draws the values of random requests. Equal seeds draw equal values.
type dice struct{ *rand.Rand }

// newDice returns the dice of the n-th request of a run, so that each can be repeated alone.
func newDice(seed, n uint64) dice { return dice{rand.New(rand.NewPCG(seed, n))} }

// oneIn reports true once in n times.
func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// hostile are texts that have broken programs. Those with the marker must not be in any log.
var hostile = []string{
	"", " ", marker, marker + "'; DROP TABLE users; --", "' OR '1'='1", "../../../etc/passwd", "<script>alert(1)</script>", "%00", "%s%n%x",
	"${jndi:ldap://x}", "{{7*7}}", "null", "undefined", "NaN", "true", "-1", "0", "1e400", "9223372036854775808", "\u202eetad", "\ufeff" + marker,
	"é" + marker, "नमस्ते " + marker, strings.Repeat("a", 5000), strings.Repeat("🏠", 200), "2026-02-30", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
	"00000000-0000-0000-0000-000000000000", "0193562c-0000-7000-8000-00000000000f", "+919811100000", "a;b=c", "\\", "\"", "\t",
}

// text returns a text for the schema: allowed, or hostile.
func (d dice) text(s *openapi3.Schema, wild bool) string {
	if wild {
		return pick(d, hostile...)
	}
	switch {
	case len(s.Enum) > 0:
		text, _ := pick(d, s.Enum...).(string)
		return text
	case s.Format == "uuid":
		return "0193562c-0000-7000-8000-" + strconv.FormatInt(int64(0x100000000000+d.IntN(1<<30)), 16)
	case s.Format == "date-time":
		return pick(d, "2026-11-23T06:30:00Z", "2026-11-23T06:30:00.123456Z", "2026-11-23T12:00:00+05:30", "1999-01-01T00:00:00Z")
	case s.Format == "date":
		return pick(d, "2026-10-01", "2026-02-28", "2024-02-29", "1999-12-31")
	case s.Example != nil:
		if text, ok := s.Example.(string); ok && !d.oneIn(4) {
			return text
		}
	}
	most := 40
	if s.MaxLength != nil {
		most = min(most, int(*s.MaxLength))
	}
	text := (marker + " " + strings.Repeat("x", 60))[:max(int(s.MinLength), d.IntN(most+1))]
	return text
}

func (d dice) number(s *openapi3.Schema, wild bool) any {
	if wild {
		return pick[any](d, raw("1e400"), raw("-0"), raw("9223372036854775807"), raw("9223372036854775808"), raw("-9223372036854775808"), 0, -1,
			0.1, math.MaxFloat64, raw("1e-400"), "7", raw("1.0"))
	}
	low, high := 0.0, 1e6
	if s.Min != nil {
		low = *s.Min
	}
	if s.Max != nil {
		high = *s.Max
	}
	n := low + d.Float64()*(high-low)
	if d.oneIn(4) {
		n = pick(d, low, high)
	}
	if s.Type.Is("integer") {
		return int64(n)
	}
	return n
}

// value returns a value of the schema; wildness is how many of a thousand leaves break it.
func (d dice) value(s *openapi3.Schema, wildness int, pool func() string) any {
	wild := d.IntN(1000) < wildness
	switch {
	case wild && d.oneIn(4):
		return pick[any](d, nil, true, 7, marker, []any{}, object{}, []any{nil}, object{unknownName: marker})
	case s.Type.Is("object"):
		fields := object{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if needed := slices.Contains(s.Required, name); needed && !wild || d.oneIn(2) {
				fields[name] = d.value(s.Properties[name].Value, wildness, pool)
			}
		}
		if wild {
			fields[unknownName] = marker
		}
		return fields
	case s.Type.Is("array"):
		list := []any{}
		for range max(int(s.MinItems), d.IntN(4)) {
			list = append(list, d.value(s.Items.Value, wildness, pool))
		}
		return list
	case s.Type.Is("boolean"):
		return d.oneIn(2)
	case s.Type.Is("integer"), s.Type.Is("number"):
		return d.number(s, wild)
	case s.Format == "uuid" && !wild && !d.oneIn(8):
		return pool()
	}
	return d.text(s, wild)
}

// body returns a body for the operation: an example of the document, one of its schema, one of these
// with one thing broken, or none that is JSON.
func (d dice) body(op *openapi3.Operation, pool func() string) (kind string, body []byte) {
	for kind, media := range op.RequestBody.Value.Content {
		if media.Schema == nil || kind != "application/json" {
			csv, _ := media.Example.(string)
			if d.oneIn(3) {
				return kind, pick(d, brokenCSV(csv)...).body
			}
			return kind, []byte(strings.Replace(csv, "REGISTRY,", "REGISTRY,"+strconv.Itoa(d.IntN(1_000_000)), 1))
		}
		valid := d.value(media.Schema.Value, 0, pool)
		if len(media.Examples) > 0 && d.oneIn(2) {
			valid = media.Examples[pick(d, slices.Sorted(maps.Keys(media.Examples))...)].Value.Value
		}
		switch d.IntN(10) {
		case 0, 1:
			if all := breakings(media.Schema.Value, valid); len(all) > 0 {
				return kind, pick(d, all...).body
			}
		case 2:
			valid = d.value(media.Schema.Value, 200, pool)
		case 3:
			encoded, _ := json.Marshal(valid)
			return kind, pick(d, noJSON(encoded)...).body
		}
		encoded, err := json.Marshal(valid)
		if err != nil {
			panic(err)
		}
		return kind, encoded
	}
	return "", nil
}
