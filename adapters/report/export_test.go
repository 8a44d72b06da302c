package report

// What the tests of this package, which stand outside it, look at inside it.
var (
	Romanise = romanise
	Spelled  = spelled
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
