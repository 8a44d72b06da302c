package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Markers are planted wherever a test submits something wrong: none may come back.
const (
	marker      = "zq7secretzq7"
	unknownName = "zq7name" // names of unknown fields do come back, values do not
)

// broken is a body with one thing wrong.
type broken struct {
	what string
	body []byte
}

// raw is JSON that is written as it stands, e.g. 1e400.
type raw = json.RawMessage

// breakings returns bodies that each break one rule of the schema, made from a body that
// breaks none.
func breakings(schema *openapi3.Schema, valid any) []broken {
	var all []broken
	each(schema, valid, "body", func(what string, value any) {
		encoded, err := json.Marshal(value)
		if err != nil {
			panic(fmt.Sprintf("%s: %v", what, err))
		}
		// json.Marshal compacts raw values but keeps them otherwise.
		all = append(all, broken{what, encoded})
	})
	return all
}

// each calls yield with every broken variant of a value of the schema.
func each(s *openapi3.Schema, valid any, at string, yield func(what string, value any)) {
	for kind, wrong := range map[string]any{
		"string": marker, "number": raw("7.5"), "boolean": true, "array": []any{marker}, "object": object{unknownName: marker}, "null": nil,
	} {
		if !s.Type.Is(kind) {
			yield(at+" as "+kind, wrong)
		}
	}
	switch {
	case s.Type.Is("object"):
		eachField(s, valid, at, yield)
	case s.Type.Is("array"):
		eachItem(s, valid, at, yield)
	case s.Type.Is("string"):
		eachText(s, at, yield)
	case s.Type.Is("integer"), s.Type.Is("number"):
		eachNumber(s, at, yield)
	}
}

func eachField(s *openapi3.Schema, valid any, at string, yield func(string, any)) {
	fields, _ := valid.(object)
	with := func(name string, value any) object {
		changed := maps.Clone(fields)
		if changed == nil {
			changed = object{}
		}
		changed[name] = value
		return changed
	}
	yield(at+" with an unknown field", with(unknownName, marker))
	for _, name := range s.Required {
		less := maps.Clone(fields)
		delete(less, name)
		yield(at+" without "+name, less)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		property := s.Properties[name].Value
		inner := fields[name]
		if inner == nil {
			inner = sample(property)
		}
		each(property, inner, at+"."+name, func(what string, value any) { yield(what, with(name, value)) })
	}
}

func eachItem(s *openapi3.Schema, valid any, at string, yield func(string, any)) {
	items, _ := valid.([]any)
	if len(items) == 0 {
		items = []any{sample(s.Items.Value)}
	}
	if s.MinItems > 0 {
		yield(at+" with too few items", []any{})
	}
	if s.MaxItems != nil {
		yield(at+" with too many items", slices.Repeat(items[:1], int(*s.MaxItems)+1))
	}
	each(s.Items.Value, items[0], at+"[0]", func(what string, value any) {
		yield(what, append([]any{value}, items[1:]...))
	})
}

func eachText(s *openapi3.Schema, at string, yield func(string, any)) {
	if s.MinLength > 0 {
		yield(at+" too short", strings.Repeat("x", int(s.MinLength)-1))
	}
	if s.MaxLength != nil {
		yield(at+" too long", strings.Repeat(marker, int(*s.MaxLength)/len(marker)+1))
	}
	if s.Enum != nil || s.Pattern != "" || s.Format != "" {
		yield(at+" of another form", marker)
		yield(at+" empty", "")
	}
	yield(at+" with a null byte", raw(`"`+marker+`\u0000`+marker+`"`))
	yield(at+" with an escape", raw(`"`+marker+`\u001b[2J"`))
	switch s.Format {
	case "date":
		yield(at+" on 30 February", "2026-02-30")
	case "date-time":
		yield(at+" in a leap second", "2016-12-31T23:59:60Z")
		yield(at+" without a zone", "2026-11-23T06:30:00")
	case "uuid":
		yield(at+" with braces", "{0193562c-0000-7000-8000-00000000000f}")
	}
}

func eachNumber(s *openapi3.Schema, at string, yield func(string, any)) {
	if s.Min != nil {
		yield(at+" too small", *s.Min-1)
	}
	if s.Max != nil {
		yield(at+" too great", *s.Max+1)
	}
	for _, absurd := range []string{"1e400", "-1e400", "9223372036854775808", "-9223372036854775809", "1" + strings.Repeat("0", 400)} {
		yield(at+" absurd: "+absurd[:min(len(absurd), 20)], raw(absurd))
	}
	if s.Type.Is("integer") {
		yield(at+" with a fraction", raw("1.5"))
	}
	yield(at+" as text", strconv.Itoa(math.MaxInt32))
}

// sample makes a value that the schema allows.
func sample(s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type.Is("object"):
		fields := object{}
		for _, name := range s.Required {
			fields[name] = sample(s.Properties[name].Value)
		}
		return fields
	case s.Type.Is("array"):
		return []any{sample(s.Items.Value)}
	case s.Type.Is("boolean"):
		return true
	case s.Type.Is("integer"), s.Type.Is("number"):
		if s.Min != nil {
			return *s.Min
		}
		return 1
	case s.Format == "uuid":
		return "0193562c-0000-7000-8000-00000000000f"
	case s.Format == "date-time":
		return "2026-11-23T06:30:00Z"
	case s.Format == "date":
		return "2026-11-23"
	}
	return strings.Repeat("x", max(1, int(s.MinLength)))
}

// noJSON are bodies that are not one JSON value.
func noJSON(valid []byte) []broken {
	return []broken{
		{"nothing", nil},
		{"cut off", valid[:len(valid)-1]},
		{"something behind it", append(slices.Clone(valid), " "+marker...)},
		{"two values", slices.Concat(valid, valid)},
		{"a byte-order mark", append([]byte("\xef\xbb\xbf"), valid...)},
		{"UTF-16", []byte("\xff\xfe{\x00}\x00")},
		{"broken UTF-8", []byte(strings.Replace(string(valid), `"`, "\"\xc3\x28"+marker+`":"`+marker+"\xff\",\"", 1))},
		{"not a number", []byte(`{"` + unknownName + `":NaN}`)},
		{"single quotes", []byte(`{'` + unknownName + `':'` + marker + `'}`)},
		{"a null byte", []byte("\x00")},
		{"deep objects", []byte(strings.Repeat(`{"`+unknownName+`":`, 250))},
		{"deep arrays, closed", []byte(strings.Repeat("[", 2_000) + strings.Repeat("]", 2_000))},
		{"deep arrays within what the decoder allows", []byte(`{"` + unknownName + `":` + strings.Repeat("[", 1_900) + strings.Repeat("]", 1_900) + "}")},
		{"a field twice", append(slices.Clone(valid[:len(valid)-1]), `,"`+unknownName+`":1,"`+unknownName+`":2}`...)},
		{"a form", []byte(unknownName + "=" + marker)},
	}
}
