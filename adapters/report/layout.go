package report

import (
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// The page, in millimetres: A4 with margins for a punched file.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	left       = 20.0
	right      = pageWidth - 16.0
	width      = right - left
	top        = 24.0
	bottom     = pageHeight - 22.0
)

// The fonts' families.
const (
	sans = "sans"
	mono = "mono"
)

// colour is red, green and blue, 0…255.
type colour [3]int

// The palette: ink on white, one accent, and three signals.
var (
	ink    = colour{28, 37, 46}
	muted  = colour{98, 110, 122}
	rule   = colour{214, 220, 226}
	panel  = colour{243, 246, 248}
	accent = colour{18, 74, 96}
	good   = colour{30, 106, 70}
	warn   = colour{150, 88, 8}
	bad    = colour{156, 40, 40}
)

// style is how text looks. Size is in points.
type style struct {
	font   string
	bold   bool
	size   float64
	colour colour
}

// The type scale.
var (
	titleStyle   = style{sans, true, 17, ink}
	headingStyle = style{sans, true, 11.5, accent}
	strongStyle  = style{sans, true, 8.5, ink}
	bodyStyle    = style{sans, false, 8.5, ink}
	labelStyle   = style{sans, false, 7, muted}
	noteStyle    = style{sans, false, 7, muted}
	hashStyle    = style{mono, false, 6.5, ink}
	eyebrowStyle = style{sans, true, 7.5, accent}
)

const mmPerPoint = 25.4 / 72

func (st style) leading() float64         { return st.size * mmPerPoint * 1.42 }
func (st style) in(c colour) style        { st.colour = c; return st }
func (st style) sized(pt float64) style   { st.size = pt; return st }
func (st style) height(lines int) float64 { return float64(lines) * st.leading() }

// align is the alignment of a line within its width.
type align int

const (
	toLeft align = iota
	toRight
	toCentre
)

// sheet is the report being laid out, with a cursor that moves down the page.
type sheet struct {
	pdf       *fpdf.Fpdf
	text      *text
	shaper    *shaper
	beneath   bool // the font of that name was added
	reference string
	y         float64
	sections  int
}

func (s *sheet) addPage() {
	s.pdf.AddPage()
	s.y = top
}

// need starts a new page unless height millimetres are left on this one.
func (s *sheet) need(height float64) {
	if s.y+height > bottom && s.y > top {
		s.addPage()
	}
}

func (s *sheet) use(st style) {
	weight := ""
	if st.bold {
		weight = "B"
	}
	s.pdf.SetFont(st.font, weight, st.size)
	s.pdf.SetTextColor(st.colour[0], st.colour[1], st.colour[2])
}

// measure returns the width of a clean line in millimetres.
func (s *sheet) measure(line string, st style) float64 {
	total := 0.0
	for _, p := range s.text.spans(line) {
		total += s.measureSpan(p, st)
	}
	return total
}

// line writes one clean line whose top is y into the width w from x.
func (s *sheet) line(x, y, w float64, line string, st style, a align) {
	if line == "" {
		return
	}
	free := 0.0
	if a != toLeft {
		free = w - s.measure(line, st)
	}
	switch a {
	case toRight:
		x += free
	case toCentre:
		x += free / 2
	case toLeft:
	}
	spans := s.text.spans(line)
	for i, p := range spans {
		s.writeSpan(x, y+st.leading()*0.76, p, st)
		if i < len(spans)-1 {
			x += s.measureSpan(p, st)
		}
	}
}

// fitted writes one clean line in as small a type as it needs, and cuts off what does not
// fit at the smallest.
func (s *sheet) fitted(x, y, w float64, line string, st style, a align) {
	const smallest = 4.5
	if long := s.measure(line, st); long > w {
		small := st.sized(max(st.size*w/long, smallest))
		y += (st.leading() - small.leading()) * 0.76
		if st = small; s.measure(line, st) > w*1.001 {
			line = s.pieces(line, st, w-s.measure("…", st))[0] + "…"
		}
	}
	s.line(x, y, w, line, st, a)
}

// block writes clean lines below each other and returns their height.
func (s *sheet) block(x, y, w float64, lines []string, st style, a align) float64 {
	for i, line := range lines {
		s.line(x, y+st.height(i), w, line, st, a)
	}
	return st.height(len(lines))
}

// paragraph cleans and writes text at the cursor, over as many pages as it needs.
func (s *sheet) paragraph(raw string, st style) {
	lines := s.wrap(s.text.clean(raw), st, width)
	if len(lines) > 1 {
		s.need(st.height(2)) // no single line at the foot of a page
	}
	for _, line := range lines {
		s.need(st.leading())
		s.line(left, s.y, width, line, st, toLeft)
		s.y += st.leading()
	}
}

// section begins a numbered section. Its heading is on one page with at least the next room
// millimetres.
func (s *sheet) section(title string, room float64) {
	s.need(room + 16)
	if s.y > top {
		s.y += 7
	}
	s.sections++
	s.use(headingStyle)
	s.pdf.Bookmark(title, 0, s.y)
	s.line(left, s.y, width, fmt.Sprintf("%d  %s", s.sections, title), headingStyle, toLeft)
	s.y += headingStyle.leading() + 0.8
	s.hairline(s.y, accent, 0.3)
	s.y += 3
}

// hairline draws a line over the width of the text.
func (s *sheet) hairline(y float64, c colour, thick float64) {
	s.pdf.SetDrawColor(c[0], c[1], c[2])
	s.pdf.SetLineWidth(thick)
	s.pdf.Line(left, y, right, y)
}

func (s *sheet) fill(x, y, w, h float64, c colour) {
	s.pdf.SetFillColor(c[0], c[1], c[2])
	s.pdf.Rect(x, y, w, h, "F")
}

// fact is one labelled value.
type fact struct{ label, value string }

// facts cleans and writes labelled values in columns, row by row.
func (s *sheet) facts(columns int, facts ...fact) {
	const gap = 6.0
	w := (width - gap*float64(columns-1)) / float64(columns)
	for len(facts) > 0 {
		row := facts[:min(columns, len(facts))]
		facts = facts[len(row):]
		values, tallest := make([][]string, len(row)), 1
		for i, f := range row {
			values[i] = clip(s.wrap(s.text.clean(f.value), bodyStyle, w), 12)
			tallest = max(tallest, len(values[i]))
		}
		height := labelStyle.leading() + bodyStyle.height(tallest) + 2
		s.need(height)
		for i, f := range row {
			x := left + float64(i)*(w+gap)
			s.line(x, s.y, w, f.label, labelStyle, toLeft)
			s.block(x, s.y+labelStyle.leading(), w, values[i], bodyStyle, toLeft)
		}
		s.y += height
	}
}

// footers writes the running lines once the number of pages is known.
func (s *sheet) footers() {
	pages := s.pdf.PageCount()
	for n := 1; n <= pages; n++ {
		s.pdf.SetPage(n)
		if n > 1 {
			s.line(left, 12, width, "Valuation report", noteStyle, toLeft)
			s.fitted(left+width/2, 12, width/2, s.reference, noteStyle, toRight)
			s.hairline(17, rule, 0.2)
		}
		y := pageHeight - 14
		s.hairline(y-1.5, rule, 0.2)
		s.fitted(left, y, width*0.8, "PropFlow · "+s.reference, noteStyle, toLeft)
		s.line(left, y, width, fmt.Sprintf("Page %d of %d", n, pages), noteStyle, toRight)
	}
}
