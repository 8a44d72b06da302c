package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// em is the size at which words are shaped, and the unit of outlines. It is that of the fonts.
const em = 1000

// shapedWord is a word of Devanagari with conjuncts formed and vowel signs in their places.
type shapedWord struct {
	advance  float64 // in ems
	outline  string  // operators of a PDF path, in thousandths of an em from the origin
	clusters []int   // byte offsets at which the word may be broken, the first is 0
}

// shaper shapes the words of one report. Its faces and caches are not safe for concurrent use,
// so each rendering has its own.
type shaper struct {
	fonts
	harfbuzz shaping.HarfbuzzShaper
	faces    map[bool]*font.Face // by whether it is bold
	words    map[wordKey]shapedWord
	glyphs   map[glyphKey]string
}

type wordKey struct {
	text string
	bold bool
}

type glyphKey struct {
	id   font.GID
	bold bool
}

func newShaper(f fonts) *shaper {
	return &shaper{fonts: f, faces: map[bool]*font.Face{}, words: map[wordKey]shapedWord{}, glyphs: map[glyphKey]string{}}
}

// shape shapes one word.
func (s *shaper) shape(word string, bold bool) shapedWord {
	key := wordKey{word, bold}
	if known, ok := s.words[key]; ok {
		return known
	}
	runes := []rune(word)
	out := s.harfbuzz.ShapeNoExtents(shaping.Input{
		Text: runes, RunEnd: len(runes), Direction: di.DirectionLTR, Face: s.face(bold),
		Size: fixed.I(em), Script: language.Devanagari, Language: language.NewLanguage("hi"),
	})
	var path strings.Builder
	var starts []int
	x := fixed.Int26_6(0)
	for _, g := range out.Glyphs {
		fmt.Fprintf(&path, "q 1 0 0 1 %d %d cm\n%sf Q\n", (x + g.XOffset).Round(), g.YOffset.Round(), s.glyph(g.GlyphID, bold))
		x += g.Advance
		if i := g.TextIndex(); len(starts) == 0 || i > starts[len(starts)-1] && !joins(runes[i-1]) {
			starts = append(starts, i)
		}
	}
	shaped := shapedWord{advance: float64(x) / 64 / em, outline: path.String()}
	for _, start := range starts {
		shaped.clusters = append(shaped.clusters, len(string(runes[:start])))
	}
	s.words[key] = shaped
	return shaped
}

func (s *shaper) face(bold bool) *font.Face {
	if s.faces[bold] == nil {
		s.faces[bold] = font.NewFace(s.devanagari(bold))
	}
	return s.faces[bold]
}

// glyph returns the closed contours of a glyph as operators of a PDF path.
func (s *shaper) glyph(id font.GID, bold bool) string {
	key := glyphKey{id, bold}
	if known, ok := s.glyphs[key]; ok {
		return known
	}
	var path strings.Builder
	outline, _ := s.face(bold).GlyphData(id).(font.GlyphOutline) // the fonts have no bitmaps
	var at opentype.SegmentPoint
	for i, segment := range outline.Segments {
		to := segment.Args
		switch segment.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				path.WriteString("h\n")
			}
			writePath(&path, "m", to[0])
			at = to[0]
		case opentype.SegmentOpLineTo:
			writePath(&path, "l", to[0])
			at = to[0]
		case opentype.SegmentOpQuadTo: // PDF has cubic curves only
			writePath(&path, "c", between(at, to[0]), between(to[1], to[0]), to[1])
			at = to[1]
		case opentype.SegmentOpCubeTo:
			writePath(&path, "c", to[0], to[1], to[2])
			at = to[2]
		}
	}
	if path.Len() > 0 {
		path.WriteString("h\n")
	}
	s.glyphs[key] = path.String()
	return path.String()
}

// between returns the point at two thirds of the way, a control point of the cubic curve that equals
// a quadratic one.
func between(end, control opentype.SegmentPoint) opentype.SegmentPoint {
	return opentype.SegmentPoint{X: end.X + (control.X-end.X)*2/3, Y: end.Y + (control.Y-end.Y)*2/3}
}

// writePath writes one operator. Whole units are enough: one is 0.003 mm in the largest type.
func writePath(path *strings.Builder, operator string, points ...opentype.SegmentPoint) {
	for _, p := range points {
		fmt.Fprintf(path, "%d %d ", int(math.Round(float64(p.X))), int(math.Round(float64(p.Y))))
	}
	path.WriteString(operator + "\n")
}
