package report

import "strings"

// What the tests of this package, which stand outside it, look at inside it.
var (
	Romanise = romanise
	Spelled  = spelled
	Clip     = clip
)

// Has reports whether the Latin fonts have r.
func (r *Renderer) Has(c rune) bool { return r.fonts.latin.has(c) }

// Clean returns s as the fonts can show it.
func (r *Renderer) Clean(s string) string { return (&text{fonts: r.fonts}).clean(s) }

// Printed returns a clean line as it is seen.
func (r *Renderer) Printed(line string) string {
	t, printed := &text{fonts: r.fonts}, ""
	for _, p := range t.spans(line) {
		if p.script >= otherIndic {
			p.text = t.shown(p.text)
		}
		printed += p.text
	}
	return printed
}

// Printable reports whether c can be seen in a report.
func (r *Renderer) Printable(c rune) bool {
	return r.fonts.latin.has(c) || r.fonts.writesDevanagari(c) || joiner(c)
}

// Shape returns the number of glyphs of a word in Devanagari and its clusters.
func (r *Renderer) Shape(word string) (glyphs int, clusters []string) {
	s := &sheet{shaper: newShaper(r.fonts), text: &text{fonts: r.fonts}}
	return strings.Count(s.shaper.shape(word, false).outline, " cm\n"), s.clusters(span{devanagari, word}, bodyStyle)
}

// Origin returns where the first glyph of letter begins among the operators that draw word.
func (r *Renderer) Origin(word string, letter rune) int {
	s := newShaper(r.fonts)
	glyph, _ := r.fonts.regular.NominalGlyph(letter)
	return strings.Index(s.shape(word, false).outline, s.glyph(glyph, false))
}

// Devanagari returns the embedded fonts themselves.
func Devanagari() [][]byte { return [][]byte{devanagariRegular, devanagariBold} }
