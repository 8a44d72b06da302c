package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// beneath is the family of the invisible text: Noto Sans Devanagari, whatever the script, because
// the PDF library maps the codes of every font to Unicode.
const beneath = "beneath"

// larger is how much larger Devanagari is set, so that its letters look as tall as DejaVu's.
const larger = 1.12

// measureSpan returns the width of a span in millimetres.
func (s *sheet) measureSpan(p span, st style) float64 {
	switch p.script {
	case devanagari:
		return s.shaper.shape(p.text, st.bold).advance * larger * st.size * mmPerPoint
	case otherIndic, unprintable:
		p.text = s.text.shown(p.text)
	case latin:
	}
	s.use(st)
	return s.pdf.GetStringWidth(p.text)
}

// measureCluster is measureSpan if the style is in use already: choosing it takes longer than
// measuring one letter.
func (s *sheet) measureCluster(p span, st style) float64 {
	if p.script == latin {
		return s.pdf.GetStringWidth(p.text)
	}
	return s.measureSpan(p, st)
}

// writeSpan writes a span from x on the baseline y.
func (s *sheet) writeSpan(x, y float64, p span, st style) {
	switch p.script {
	case latin:
		s.use(st)
		s.pdf.Text(x, y, p.text)
	case devanagari:
		s.outline(x, y, s.shaper.shape(p.text, st.bold), st)
		s.hidden(x, y, s.measureSpan(p, st), p.text, larger*st.size)
	case otherIndic, unprintable:
		if shown := s.text.shown(p.text); shown != "" {
			s.use(st)
			s.pdf.Text(x, y, shown)
		}
		// In small type below, because readers mix the words of two texts on one line; and not
		// stretched, because they take wide spaces for the gaps between columns.
		s.hidden(x, y+st.size*mmPerPoint*0.3, 0, p.text, st.size/4)
	}
}

// outline draws a word of Devanagari.
func (s *sheet) outline(x, y float64, word shapedWord, st style) {
	const points = 1 / mmPerPoint
	scale := larger * st.size / em
	s.pdf.RawWriteStr(fmt.Sprintf("q %.3f %.3f %.3f rg %.5f 0 0 %.5f %.2f %.2f cm\n%sQ",
		float64(st.colour[0])/255, float64(st.colour[1])/255, float64(st.colour[2])/255,
		scale, scale, x*points, (pageHeight-y)*points, word.outline))
}

// hidden writes text that nobody sees, w wide or as wide as it is if w is 0: readers find it,
// select it and copy it. Characters beyond the basic plane are left out, because the PDF library cannot write them.
func (s *sheet) hidden(x, y, w float64, original string, size float64) {
	if !s.beneath {
		// A copy, because the PDF library writes into a font's bytes while it cuts the font down.
		s.pdf.AddUTF8FontFromBytes(beneath, "", bytes.Clone(devanagariRegular))
		s.beneath = true
	}
	written := make([]rune, 0, len(original))
	for _, r := range original {
		if r <= 0xFFFF && r != unicode.ReplacementChar {
			written = append(written, r)
		}
	}
	if strings.ContainsFunc(original, fromRight) {
		slices.Reverse(written) // a PDF has letters as they stand on paper, from left to right
	}
	s.pdf.SetFont(beneath, "", size)
	natural := s.pdf.GetStringWidth(string(written))
	switch {
	case natural <= 0:
		return
	case w <= 0:
		w = natural
	}
	s.pdf.RawWriteStr(fmt.Sprintf("q 3 Tr %.2f Tz", 100*w/natural))
	s.pdf.Text(x, y, string(written))
	s.pdf.RawWriteStr("Q")
}

// clusters splits a span into the pieces between which it may be broken: a consonant stays with
// its vowel sign and with the consonants that it is joined to.
func (s *sheet) clusters(p span, st style) []string {
	var pieces []string
	cut := func(offsets []int) {
		for i, start := range offsets {
			end := len(p.text)
			if i+1 < len(offsets) {
				end = offsets[i+1]
			}
			pieces = append(pieces, p.text[start:end])
		}
	}
	if p.script == devanagari {
		cut(s.shaper.shape(p.text, st.bold).clusters)
		return pieces
	}
	var offsets []int
	after := false // a virama
	for i, r := range p.text {
		if i == 0 || !after && !unicode.IsMark(r) && !joiner(r) {
			offsets = append(offsets, i)
		}
		after = joins(r)
	}
	cut(offsets)
	return pieces
}
