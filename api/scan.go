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
	in := scanner{Decoder: json.NewDecoder(bytes.NewReader(body)), most: s.parts + maxFields}
	in.UseNumber()
	for in.parts <= in.most && len(in.twice) < maxFields {
		token, err := in.Token()
		if err != nil {
			return in.twice.Err() // io.EOF: the body has been read
		}
		if in.take(token); len(in.open) > s.depth+1 {
			return tooDeep()
		}
	}
	if in.parts > in.most {
		return tooMany()
	}
	return in.twice.Err()
}

func tooDeep() error {
	var v domain.Violations
	v.Require(false, "body", "depth", "is nested too deeply")
	return v.Err()
}

func tooMany() error {
	var v domain.Violations
	v.Require(false, "body", "size", "has too many fields or items")
	return v.Err()
}

// scanner follows the tokens of a body.
type scanner struct {
	*json.Decoder
	open        []level
	parts, most int
	twice       domain.Violations // fields that are given again
}

// level is an object or a list that has not ended.
type level struct {
	names map[string]int // how often each field is in an object; nil for a list
	at    string         // the current field's name
	item  int            // the current item's index, from 1
	value bool           // the next token is a field's value
}

// take takes the next token.
func (s *scanner) take(token json.Token) {
	if end, ok := token.(json.Delim); ok && (end == '}' || end == ']') {
		s.open = s.open[:len(s.open)-1]
		return
	}
	if n := len(s.open); n > 0 {
		switch inner := &s.open[n-1]; {
		case inner.names == nil:
			inner.item++
			s.parts++
		case !inner.value:
			s.field(inner, token)
			return
		default:
			inner.value = false
		}
	}
	switch token {
	case json.Delim('{'):
		s.open = append(s.open, level{names: make(map[string]int)})
	case json.Delim('['):
		s.open = append(s.open, level{})
	}
}

// field takes the name of a field.
func (s *scanner) field(of *level, token json.Token) {
	s.parts++
	of.at, _ = token.(string)
	of.value = true
	if of.names[of.at]++; of.names[of.at] == 2 {
		s.twice.Require(false, s.path(), "duplicate", "is given more than once")
	}
}

// path returns the path of the current field as people write it: items[2].message.
func (s *scanner) path() string {
	var b strings.Builder
	for _, l := range s.open {
		switch {
		case l.names == nil:
			b.WriteString("[" + strconv.Itoa(l.item-1) + "]")
		case b.Len() > 0:
			b.WriteString("." + l.at)
		default:
			b.WriteString(l.at)
		}
		if b.Len() > maxPath {
			break
		}
	}
	return orBody(b.String())
}
