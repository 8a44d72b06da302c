package report_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// run is one piece of text on a page: its lower left corner, in points from the page's, and
// how far it reaches at least.
type run struct {
	x, y, end float64
	text      string
	hidden    bool // beneath what is seen
}

var (
	streams = regexp.MustCompile(`(?s)/Length \d+>>\nstream\n(.*?)\nendstream`)
	shown   = regexp.MustCompile(`(?sm)^q (3 Tr) [\d.]+ Tz$|^(Q)$|BT /F\w+ ([\d.]+) Tf ET|BT (-?[\d.]+) (-?[\d.]+) Td \((.*?[^\\]|)\) ?Tj`)
)

// pages reads the text of a PDF as this package writes it: one compressed stream per page,
// text as UTF-16.
func pages(t testing.TB, pdf []byte) [][]run {
	t.Helper()
	var all [][]run
	for _, match := range streams.FindAllSubmatch(pdf, -1) {
		reader, err := zlib.NewReader(bytes.NewReader(match[1]))
		if err != nil {
			continue // a photo
		}
		content, err := io.ReadAll(reader)
		require.NoError(t, err)
		var page []run
		size, hidden := 0.0, false
		for _, op := range shown.FindAllSubmatch(content, -1) {
			switch {
			case len(op[1]) > 0:
				hidden = true
			case len(op[2]) > 0:
				hidden = false
			case len(op[3]) > 0:
				size = number(t, op[3])
			default:
				x, said := number(t, op[4]), fromUTF16(t, unescape(op[6]))
				page = append(page, run{x, number(t, op[5]), x + size*ems(said), said, hidden})
			}
		}
		if len(page) > 0 {
			all = append(all, page)
		}
	}
	require.NotEmpty(t, all, "the PDF has text")
	return all
}

func number(t testing.TB, digits []byte) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(string(digits), 64)
	require.NoError(t, err)
	return v
}

// narrowest is the narrowest of the report's fonts.
var narrowest = sync.OnceValue(func() *sfnt.Font {
	font, err := sfnt.Parse(dejavusanscondensed.TTF)
	if err != nil {
		panic(err)
	}
	return font
})

// ems measures text in the narrowest font, in its size.
func ems(text string) float64 {
	var buffer sfnt.Buffer
	total := fixed.Int26_6(0)
	for _, r := range text {
		glyph, err := narrowest().GlyphIndex(&buffer, r)
		if err != nil {
			panic(err)
		}
		advance, err := narrowest().GlyphAdvance(&buffer, glyph, fixed.I(1000), font.HintingNone)
		if err != nil {
			panic(err)
		}
		total += advance
	}
	return float64(total) / 64 / 1000
}

func unescape(escaped []byte) []byte {
	var raw []byte
	for i := 0; i < len(escaped); i++ {
		if escaped[i] == '\\' {
			i++
			if escaped[i] == 'r' {
				raw = append(raw, '\r')
				continue
			}
		}
		raw = append(raw, escaped[i])
	}
	return raw
}

func fromUTF16(t testing.TB, raw []byte) string {
	t.Helper()
	require.Zero(t, len(raw)%2, "whole code units in %q", raw)
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// words joins everything that a PDF says, in the order in which it was written.
func words(t testing.TB, pdf []byte) string {
	t.Helper()
	var all []string
	for _, page := range pages(t, pdf) {
		for _, run := range page {
			all = append(all, run.text)
		}
	}
	return strings.Join(strings.Fields(strings.Join(all, " ")), " ")
}
