package report

import (
	"strings"
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// charset is the characters that every one of some fonts has.
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

// has reports whether the PDF can show r. Beyond the basic plane the PDF library cannot
// reach, and what is written from right to left it does not turn around.
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

// text prepares what people wrote for the page and remembers what it had to change.
type text struct {
	charset   charset
	romanised bool // Indian scripts were written in Latin letters
	replaced  bool // characters without a glyph were written as �
}

// clean returns s as the fonts can show it: valid, composed, without control and formatting
// characters but line breaks.
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

// visible drops what has no shape, and leaves one kind of line break and one of space.
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

// substitute returns what Unicode calls compatible with r (𝗔 → A), else �.
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
