package report

import (
	"strings"
	"unicode"
)

// script is the way in which a span is written.
type script int

const (
	latin       script = iota // by the PDF library, in DejaVu
	devanagari                // as outlines, in Noto Sans Devanagari
	otherIndic                // in Latin letters, with the original beneath
	unprintable               // as �, with the original beneath
)

// span is a part of a line in one script.
type span struct {
	script script
	text   string
}

// spans splits a clean line. A span of Devanagari has no spaces, so that the text beneath each word
// is found at its own place. Spans that are not printed as written keep the spaces between their words.
func (t *text) spans(line string) []span {
	if plain(line) {
		return []span{{latin, line}}
	}
	var spans []span
	start, last := 0, latin
	for i, r := range line {
		s := t.scriptOf(r, last)
		if s != last && i > start {
			spans = append(spans, span{last, line[start:i]})
			start = i
		}
		last = s
	}
	return joined(append(spans, span{last, line[start:]}))
}

// joined makes one span of two of one script that is not printed as written, if there are only
// spaces between them.
func joined(spans []span) []span {
	kept := spans[:0]
	for _, p := range spans {
		kept = append(kept, p)
		if n := len(kept); n >= 3 && p.script >= otherIndic && kept[n-3].script == p.script && strings.TrimSpace(kept[n-2].text) == "" {
			kept[n-3].text += kept[n-2].text + p.text
			kept = kept[:n-2]
		}
	}
	return kept
}

// plain reports whether a line has nothing but the printable characters of Latin-1, which every
// font has, as most lines do.
func plain(line string) bool {
	for _, r := range line {
		if r > unicode.MaxLatin1 || r == '\u00ad' {
			return false
		}
	}
	return true
}

// scriptOf returns the script of r after a character of the script before.
func (t *text) scriptOf(r rune, before script) script {
	switch {
	case joiner(r):
		return before
	case t.writesDevanagari(r):
		return devanagari
	case r <= unicode.MaxASCII, !indic(r) && t.latin.has(r):
		return latin
	case indic(r):
		return otherIndic
	}
	return unprintable
}
