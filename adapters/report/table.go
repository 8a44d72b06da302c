package report

import "strings"

// column is one column of a table. In a tight one, which is for numbers, a line that is too long
// is written smaller instead of being broken.
type column struct {
	title string
	width float64
	align align
	tight bool
}

// cell is the content of one column in one row: text, a hash in fixed-width type and a note in
// small type. Empty ones take no room.
type cell struct {
	text, hash, note string
	style            style // of the text; the zero value means the table's
}

var (
	cellStyle   = style{sans, false, 7.5, ink}
	columnStyle = style{sans, true, 6.8, muted}
)

const (
	cellGap  = 2.0 // between columns
	cellPad  = 1.3 // above and below the text of a row
	cellMost = 20  // lines of one cell, so that a row fits on a page
)

// table is rows broken into lines, ready to be written.
type table struct {
	columns []column
	titles  [][]string
	rows    [][]laidCell
	heights []float64
}

// laidCell is a cell broken into lines.
type laidCell struct {
	style             style
	text, hash, notes []string
}

// layTable cleans the rows and breaks them into lines.
func (s *sheet) layTable(columns []column, rows [][]cell) table {
	t := table{columns: columns}
	for _, c := range columns {
		t.titles = append(t.titles, s.wrap(c.title, columnStyle, c.width))
	}
	for _, row := range rows {
		laid, tallest := make([]laidCell, len(columns)), 0.0
		for i, c := range columns {
			laid[i] = s.layCell(c, row[i])
			tallest = max(tallest, laid[i].height())
		}
		t.rows, t.heights = append(t.rows, laid), append(t.heights, tallest+2*cellPad)
	}
	return t
}

func (s *sheet) layCell(c column, in cell) laidCell {
	out := laidCell{style: in.style}
	if out.style == (style{}) {
		out.style = cellStyle
	}
	switch {
	case in.text == "":
	case c.tight:
		out.text = []string{strings.ReplaceAll(s.text.clean(in.text), "\n", " ")}
	default:
		out.text = clip(s.wrap(s.text.clean(in.text), out.style, c.width), cellMost)
	}
	if in.hash != "" {
		out.hash = clip(s.wrap(s.text.clean(in.hash), hashStyle, c.width), cellMost)
	}
	if in.note != "" {
		out.notes = clip(s.wrap(s.text.clean(in.note), noteStyle, c.width), cellMost)
	}
	return out
}

func (c laidCell) height() float64 {
	return c.style.height(len(c.text)) + hashStyle.height(len(c.hash)) + noteStyle.height(len(c.notes))
}

func (t table) titleLines() int {
	most := 1
	for _, lines := range t.titles {
		most = max(most, len(lines))
	}
	return most
}

func (t table) titleHeight() float64 { return columnStyle.height(t.titleLines()) + 1 }

// height returns the height of the table, or that of its first rows if all take more than 80 %
// of a page.
func (t table) height() float64 {
	const most = (bottom - top) * 0.8
	total := t.titleHeight()
	for _, height := range t.heights {
		if total+height > most {
			break
		}
		total += height
	}
	return total
}

// begin returns the height of the titles with the first two rows, with which a table may begin at
// the foot of a page.
func (t table) begin() float64 {
	total := t.titleHeight()
	for _, height := range t.heights[:min(2, len(t.heights))] {
		total += height
	}
	return min(total, (bottom-top)/2)
}

// table writes a table at the cursor, repeating its titles on every page.
func (s *sheet) table(t table) {
	titled := false
	for i, row := range t.rows {
		if s.y+t.heights[i] > bottom || !titled && s.y+t.titleHeight()+t.heights[i] > bottom {
			s.addPage()
			titled = false
		}
		if !titled {
			s.titles(t)
			titled = true
		}
		x := left
		for j, c := range t.columns {
			s.cell(x, s.y+cellPad, c, row[j])
			x += c.width + cellGap
		}
		s.y += t.heights[i]
		s.hairline(s.y, rule, 0.15)
	}
}

func (s *sheet) titles(t table) {
	x, most := left, t.titleLines()
	for i, c := range t.columns {
		s.block(x, s.y+columnStyle.height(most-len(t.titles[i])), c.width, t.titles[i], columnStyle, c.align)
		x += c.width + cellGap
	}
	s.y += t.titleHeight()
	s.hairline(s.y, accent, 0.3)
}

func (s *sheet) cell(x, y float64, c column, in laidCell) {
	for _, line := range in.text {
		if c.tight {
			s.fitted(x, y, c.width, line, in.style, c.align)
		} else {
			s.line(x, y, c.width, line, in.style, c.align)
		}
		y += in.style.leading()
	}
	y += s.block(x, y, c.width, in.hash, hashStyle, c.align)
	s.block(x, y, c.width, in.notes, noteStyle, c.align)
}
