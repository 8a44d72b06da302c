package report

import (
	"strings"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// charset is the set of characters that all of its fonts have.
type charset struct {
	fonts []*sfnt.Font
}

func newCharset(files ...[]byte) (charset, error) {
	var set charset
	for _, file := range files {
		font, err := sfnt.Parse(file)
		if err != nil {
			return charset{}, err
		}
		set.fonts = append(set.fonts, font)
	}
	return set, nil
}

// has reports whether the PDF can show r. It cannot show characters beyond the basic plane or
// those written from right to left, because the PDF library supports neither.
func (c charset) has(r rune) bool {
	if r > 0xFFFF {
		return false
	}
	if p, _ := bidi.LookupRune(r); p.Class() == bidi.R || p.Class() == bidi.AL || p.Class() == bidi.AN {
		return false
	}
	for _, font := range c.fonts {
		if glyph, err := font.GlyphIndex(nil, r); err != nil || glyph == 0 {
			return false
		}
	}
	return true
}

// text makes strings printable and records what it had to change.
type text struct {
	charset   charset
	romanised bool // Indian scripts were written in Latin letters
	replaced  bool // characters without a glyph were written as �
}

// clean returns s in a form that the fonts can show: valid UTF-8, composed, and without control
// and formatting characters except line breaks.
func (t *text) clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(unicode.ReplacementChar)), "\r\n", "\n")
	s, romanised := romanise(norm.NFC.String(strings.Map(visible, s)))
	t.romanised = t.romanised || romanised
	var b strings.Builder
	for _, r := range s {
		switch {
		case r <= unicode.MaxASCII, t.charset.has(r) && r != unicode.ReplacementChar:
			b.WriteRune(r)
		default:
			b.WriteString(t.substitute(r))
		}
	}
	return b.String()
}

// visible drops invisible characters, and maps line breaks to \n and other space to ' '.
func visible(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\u2028', r == '\u2029':
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// substitute returns the characters that Unicode defines as compatible with r (𝗔 → A), or � if
// the fonts lack them.
func (t *text) substitute(r rune) string {
	compatible := norm.NFKC.String(string(r))
	for _, c := range compatible {
		if c == r || !t.charset.has(c) {
			t.replaced = true
			return string(unicode.ReplacementChar)
		}
	}
	return compatible
}
