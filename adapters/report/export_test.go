package report

// What the tests of this package, which stand outside it, look at inside it.
var (
	Romanise   = romanise
	Spelled    = spelled
	NewCharset = newCharset
)

// Has reports whether the fonts have r.
func (c charset) Has(r rune) bool { return c.has(r) }

// Clean returns s as these fonts can show it.
func (c charset) Clean(s string) string { return (&text{charset: c}).clean(s) }
