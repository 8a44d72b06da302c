package api

import (
	"math"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape bounds a JSON body before anything of it is decoded: a longer body, or one of more parts,
// cannot be valid, and to look at all of it would cost more than to answer a valid one.
type shape struct {
	bytes int64 // of the longest valid body
	parts int   // fields and items of the largest valid body, at every level
	depth int   // objects and lists inside one another
}

const (
	// widestRune is the length of an escaped character. UTF-8 has at most 4 bytes; a character
	// beyond U+FFFF is escaped in 12, but no text is made of emoji alone.
	widestRune = len(`\u0915`)
	// widestScalar bounds numbers, dates and texts of a format without a maxLength.
	widestScalar = 64
	// indent is the white space per level and part of a body that is written for people.
	indent = 4
	// minBody is the least limit, so that a body with a text that is too long, or a few unknown
	// fields, is still read and its faults are named.
	minBody = 4 << 10
	// sizeStep is what a limit is rounded up to, so that it is a figure to remember.
	sizeStep = 1 << 10
)

// shapeOf returns the bounds of the bodies that a schema accepts. openapi.yaml limits every text
// and list of a request, which a test checks; a schema without limits gets maxBody.
func shapeOf(schema *openapi3.Schema) shape {
	size, parts, depth := extent(schema, 0)
	size = min(max(size, minBody), maxBody)
	return shape{bytes: (size + sizeStep - 1) / sizeStep * sizeStep, parts: parts, depth: depth}
}

// extent returns the largest size, the number of parts and the depth of values of a schema that
// is level objects and lists deep.
func extent(s *openapi3.Schema, level int) (size int64, parts, depth int) {
	space := int64(1 + indent*(level+1))
	switch {
	case s.Type.Is("object"):
		size, depth = 2+space, 1
		for name, field := range s.Properties {
			of, n, d := extent(field.Value, level+1)
			size += space + int64(len(name)) + int64(len(`"": ,`)) + of
			parts += 1 + n
			depth = max(depth, 1+d)
		}
		return size, parts, depth
	case s.Type.Is("array"):
		if s.MaxItems == nil || *s.MaxItems > maxBody {
			return math.MaxInt32, math.MaxInt32, 1
		}
		of, n, d := extent(s.Items.Value, level+1)
		items := int64(*s.MaxItems)
		return 2 + space + items*(space+1+of), int(items) * (1 + n), 1 + d
	case s.Type.Is("string"):
		return lengthOf(s), 0, 0
	}
	return composed(s, level)
}

// composed returns the extent of a value that is one of several things, or all of them, and of a
// number or a truth value.
func composed(s *openapi3.Schema, level int) (size int64, parts, depth int) {
	size = widestScalar
	for _, either := range slices.Concat(s.OneOf, s.AnyOf) {
		of, n, d := extent(either.Value, level)
		size, parts, depth = max(size, of), max(parts, n), max(depth, d)
	}
	for _, also := range s.AllOf {
		of, n, d := extent(also.Value, level)
		size, parts, depth = size+of, parts+n, max(depth, d)
	}
	return size, parts, depth
}

// lengthOf returns the size of the longest text of a schema.
func lengthOf(s *openapi3.Schema) int64 {
	switch {
	case s.MaxLength != nil:
		return int64(min(*s.MaxLength, maxBody))*int64(widestRune) + 2
	case s.Enum != nil || s.Pattern != "" || s.Format != "":
		return widestScalar
	}
	return maxBody
}

// longestQuery returns the length of the longest query that the operation accepts. It is 2 kB at
// least, so that a few unknown parameters are named.
func longestQuery(op *openapi3.Operation) int {
	most := int64(0)
	for _, p := range op.Parameters {
		if p.Value.In == openapi3.ParameterInQuery {
			of, n, _ := extent(p.Value.Schema.Value, 0)
			most += 2*of + int64((n+1)*(len(p.Value.Name)+len("=&"))) // escaped bytes of UTF-8 are longer than those of JSON
		}
	}
	return int(min(max(most, 2<<10), maxBody))
}
