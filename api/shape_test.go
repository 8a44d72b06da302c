package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// largest returns a value of a schema in which everything is as long as it may be.
func largest(s *openapi3.Schema) any {
	switch {
	case s.Type.Is("object"):
		all := map[string]any{}
		for name, field := range s.Properties {
			all[name] = largest(field.Value)
		}
		return all
	case s.Type.Is("array"):
		items := make([]any, *s.MaxItems)
		for i := range items {
			items[i] = largest(s.Items.Value)
		}
		return items
	case s.Type.Is("string") && s.MaxLength != nil:
		return strings.Repeat("क", int(*s.MaxLength))
	case s.Type.Is("string") && len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("string"):
		return strings.Repeat("7", 36)
	case s.Type.Is("boolean"):
		return true
	}
	return -123456789.123456
}

// escaped writes JSON as some clients do: every character beyond ASCII as escapes, and each field
// on a line of its own.
func escaped(t *testing.T, value any) []byte {
	t.Helper()
	plain, err := json.MarshalIndent(value, "", "    ")
	require.NoError(t, err)
	return []byte(strings.ReplaceAll(string(plain), "क", `\u0915`))
}

func TestNoValidBodyIsTooLarge(t *testing.T) {
	t.Parallel()
	seen := 0
	for id, op := range operations(t, document(t)) {
		if op.RequestBody == nil || !takesJSON(op.Operation) {
			continue
		}
		seen++
		s := bodyShape(op.Operation)
		if id == "answerFollowUp" { // 20 texts of 2,000 letters each: all of them at once are over the limit of any body
			assert.EqualValues(t, maxBody, s.bytes)
			continue
		}
		body := escaped(t, largest(op.RequestBody.Value.Content["application/json"].Schema.Value))
		assert.LessOrEqual(t, len(body), int(s.bytes), "%s takes %d bytes", id, s.bytes)
		if id != "askFollowUp" {
			assert.Less(t, s.bytes, int64(maxBody), "%s: does its schema limit every text and list?", id)
		}
		assert.NoError(t, s.scan(body), id)
		if strings.HasPrefix(op.path, "/api/v1/auth/") {
			assert.LessOrEqual(t, s.bytes, int64(4<<10), id)
		}
	}
	assert.Greater(t, seen, 20)
}

func TestASchemaWithoutLimitsStillHasOne(t *testing.T) {
	t.Parallel()
	endless := openapi3.NewObjectSchema().WithProperty("a", openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()))
	assert.EqualValues(t, maxBody, shapeOf(endless).bytes)
	assert.EqualValues(t, maxBody, shapeOf(openapi3.NewStringSchema()).bytes)
}

// FuzzScan holds the scanner to the decoder of encoding/json: it must read every body, and count
// the same parts and repeated names.
func FuzzScan(f *testing.F) {
	for _, body := range []string{
		`{"a":[{"a":1},{"a":"\\\""}],"b":{"a":"a","\u0062":"{"}}`, `7`, ` "\\" `, `[[],{},[{}],null,-1e9,true ]`, `{"a":1,"\u0061":2}`, `""`, `{"":{"":[""]}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) {
			t.Skip()
		}
		in := scanner{body: body, most: 1 << 30, deepest: 1 << 30}
		for in.next() {
		}
		var value any
		require.NoError(t, json.Unmarshal(body, &value))
		twice := 0
		for _, l := range repeated(json.NewDecoder(bytes.NewReader(body))) {
			twice += l
		}
		if len(in.twice) < maxFields {
			require.Empty(t, in.open, "it ends where the body ends")
			require.Len(t, in.twice, twice)
			if twice == 0 {
				require.Equal(t, partsOf(value), in.parts)
			}
		}
	})
}

// repeated returns how many names each object has that it has twice.
func repeated(d *json.Decoder) (all []int) {
	type object struct {
		names map[string]int
		value bool
	}
	var open []object
	for {
		token, err := d.Token()
		if err != nil {
			return all
		}
		name, isText := token.(string)
		if n := len(open); n > 0 && open[n-1].names != nil && !open[n-1].value && isText {
			open[n-1].names[name]++
			open[n-1].value = true
			continue
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			count := 0
			for _, times := range open[len(open)-1].names {
				if times > 1 {
					count++
				}
			}
			all = append(all, count)
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 {
			open[n-1].value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]int{}})
		case json.Delim('['):
			open = append(open, object{})
		}
	}
}

// partsOf counts the fields and items of a value.
func partsOf(value any) (n int) {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			n += 1 + partsOf(inner)
		}
	case []any:
		for _, inner := range v {
			n += 1 + partsOf(inner)
		}
	}
	return n
}

// TestScanningKeepsNoMoreThanIsValid counts what is kept of a body of 50,000 fields.
func TestScanningKeepsNoMoreThanIsValid(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts those of the process
	s := shape{bytes: maxBody, parts: 3, depth: 2}
	var many strings.Builder
	many.WriteByte('{')
	for i := range 50_000 {
		fmt.Fprintf(&many, `"k%d":0,`, i)
	}
	many.WriteString(`"z":0}`)
	kept := testing.AllocsPerRun(3, func() { require.ErrorContains(t, s.scan([]byte(many.String())), "too many fields") })
	assert.Less(t, kept, 1000.0)
	list := "[" + strings.Repeat("0,", 50_000) + "0]"
	kept = testing.AllocsPerRun(3, func() { require.ErrorContains(t, s.scan([]byte(list)), "too many fields") })
	assert.Less(t, kept, 1000.0)
	require.ErrorContains(t, s.scan([]byte("[[[["+list+"]]]]")), "nested too deeply")
	twice := `{` + strings.Repeat(`"a":0,`, 52) + `"a":0}`
	require.ErrorContains(t, s.scan([]byte(twice)), "a: is given more than once")
	require.NoError(t, s.scan([]byte(`{"a":[{"a":1},{"a":2}],"b":{"a":"a","b":"b"}}`)), "the same name in another object")
	require.NoError(t, s.scan([]byte(`7`)))
}
