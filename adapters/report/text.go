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
	if r > 0xFFFF || fromRight(r) {
		return false
	}
	for _, font := range c.fonts {
		if glyph, err := font.GlyphIndex(nil, r); err != nil || glyph == 0 {
			return false
		}
	}
	return true
}

// fromRight reports whether r is written from right to left.
func fromRight(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL || p.Class() == bidi.AN
}

// text makes strings printable and records what it had to change.
type text struct {
	fonts
	romanised bool // scripts of India other than Devanagari were written in Latin letters
	replaced  bool // characters without a glyph were written as �
}

// clean returns s as valid UTF-8, composed, and without control and formatting characters except
// line breaks and the joiners of Indian scripts. Characters that Unicode defines as compatible with
// printable ones become these (𝗔 → A). Those that no font has stay, for spans to replace.
func (t *text) clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(unicode.ReplacementChar)), "\r\n", "\n")
	s = norm.NFC.String(strings.Map(visible, s))
	var b strings.Builder
	before := ' '
	for _, r := range s {
		switch {
		case joiner(r) && !indic(before):
			continue
		case r <= unicode.MaxASCII, joiner(r), t.latin.has(r), indic(r), t.writesDevanagari(r):
			b.WriteRune(r)
		default:
			b.WriteString(t.compatible(r))
		}
		before = r
	}
	return b.String()
}

// visible drops invisible characters but joiners, and maps line breaks to \n and other space to ' '.
func visible(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\u2028', r == '\u2029':
		return '\n'
	case unicode.IsSpace(r):
		return ' '
	case joiner(r):
		return r
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// joiner reports whether r is the zero width joiner or non-joiner, which choose between the forms
// of a conjunct.
func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// compatible returns the characters that Unicode defines as compatible with r, or r if the fonts
// lack them too.
func (t *text) compatible(r rune) string {
	other := norm.NFKC.String(string(r))
	for _, c := range other {
		if c == r || !t.latin.has(c) {
			return string(r)
		}
	}
	return other
}

// shown returns a span that is not printed as written: in Latin letters, with � for each character
// that no font has.
func (t *text) shown(original string) string {
	latin, romanised := romanise(original)
	t.romanised = t.romanised || romanised
	return strings.Map(func(r rune) rune {
		switch {
		case joiner(r):
			return -1
		case r <= unicode.MaxASCII, r != unicode.ReplacementChar && t.latin.has(r):
			return r
		}
		t.replaced = true
		return unicode.ReplacementChar
	}, latin)
}
