package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
)

// scan reads a JSON body from front to back and refuses it without decoding it if it cannot be
// valid, or if a field is in it twice: the validator sees the last one only, and a firewall in
// front may see the first. It keeps no more than the names of as many fields as shape has parts,
// and maxFields more, so that a client learns the names of a few unknown fields. body must be
// valid JSON.
func (s shape) scan(body []byte) error {
	in := scanner{body: body, most: s.parts + maxFields, deepest: s.depth + 1}
	for in.next() {
	}
	var v domain.Violations
	v.Require(in.parts <= in.most, "body", "size", "has too many fields or items")
	v.Require(len(in.open) <= in.deepest, "body", "depth", "is nested too deeply")
	if len(v) == 0 {
		v = in.twice
	}
	return v.Err()
}

// scanner follows the tokens of a body. It looks at the bytes of texts only to find their ends.
type scanner struct {
	body        []byte // that is left
	open        []level
	parts, most int
	deepest     int
	twice       domain.Violations // fields that are given again
}

// level is an object or a list that has not ended.
type level struct {
	names map[string]int // how often each field is in an object; nil for a list
	at    string         // the current field's name
	item  int            // the current item's index, from 1
	value bool           // the next token is a field's value
}

// next takes a token. It reports whether to go on.
func (s *scanner) next() bool {
	s.body = bytes.TrimLeft(s.body, " \t\r\n,:")
	if len(s.body) == 0 {
		return false
	}
	switch s.body[0] {
	case '}', ']':
		s.open, s.body = s.open[:len(s.open)-1], s.body[1:]
	case '{':
		s.value()
		s.open, s.body = append(s.open, level{names: make(map[string]int)}), s.body[1:]
	case '[':
		s.value()
		s.open, s.body = append(s.open, level{}), s.body[1:]
	case '"':
		text := s.text()
		if n := len(s.open); n > 0 && s.open[n-1].names != nil && !s.open[n-1].value {
			s.field(&s.open[n-1], text)
			break
		}
		s.value()
	default:
		end := bytes.IndexAny(s.body, " \t\r\n,]}")
		if end < 0 {
			return false // the body is a number, true, false or null
		}
		s.body = s.body[end:]
		s.value()
	}
	return s.parts <= s.most && len(s.open) <= s.deepest && len(s.twice) < maxFields
}

// text takes a text and returns it as it is written, in its quotes.
func (s *scanner) text() []byte {
	end := 1
	for {
		end += bytes.IndexByte(s.body[end:], '"') + 1
		escapes := 0
		for s.body[end-2-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			text := s.body[:end]
			s.body = s.body[end:]
			return text
		}
	}
}

// value counts a value if it is an item, and ends a field if it is that field's.
func (s *scanner) value() {
	if n := len(s.open); n > 0 {
		inner := &s.open[n-1]
		inner.value = false
		if inner.names == nil {
			inner.item++
			s.parts++
		}
	}
}

// field takes the name of a field.
func (s *scanner) field(of *level, text []byte) {
	s.parts++
	of.value = true
	if json.Unmarshal(text, &of.at) != nil {
		return // cannot happen: the text is valid
	}
	if of.names[of.at]++; of.names[of.at] == 2 {
		s.twice.Require(false, s.path(), "duplicate", "is given more than once")
	}
}

// path returns the path of the current field as people write it: items[2].message.
func (s *scanner) path() string {
	var b strings.Builder
	for _, l := range s.open {
		if b.Len() > maxPath {
			break
		}
		switch {
		case l.names == nil:
			b.WriteString("[" + strconv.Itoa(l.item-1) + "]")
		case b.Len() > 0:
			b.WriteString("." + l.at)
		default:
			b.WriteString(l.at)
		}
	}
	return orBody(b.String())
}
