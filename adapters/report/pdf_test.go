package report_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// run is one piece of text on a page: its lower left corner, in points from the page's.
type run struct {
	x, y float64
	text string
}

var (
	streams = regexp.MustCompile(`(?s)/Length \d+>>\nstream\n(.*?)\nendstream`)
	shown   = regexp.MustCompile(`(?s)BT (-?[\d.]+) (-?[\d.]+) Td \((.*?[^\\]|)\) ?Tj`)
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
		for _, op := range shown.FindAllSubmatch(content, -1) {
			x, err := strconv.ParseFloat(string(op[1]), 64)
			require.NoError(t, err)
			y, err := strconv.ParseFloat(string(op[2]), 64)
			require.NoError(t, err)
			page = append(page, run{x, y, fromUTF16(t, unescape(op[3]))})
		}
		if len(page) > 0 {
			all = append(all, page)
		}
	}
	require.NotEmpty(t, all, "the PDF has text")
	return all
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
	return strings.Join(all, " ")
}
