package report

import (
	"bytes"
	_ "embed" // the Devanagari fonts
	"fmt"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-text/typesetting/font"
)

// Noto Sans Devanagari 2.006, as published by Google Fonts. fonts/OFL.txt is its licence.
var (
	//go:embed fonts/NotoSansDevanagari-Regular.ttf
	devanagariRegular []byte
	//go:embed fonts/NotoSansDevanagari-Bold.ttf
	devanagariBold []byte
)

// fonts are the parsed fonts. Nothing changes them after newFonts, so that all renderings may
// share them.
type fonts struct {
	latin         charset
	regular, bold *font.Font // of Devanagari
}

// newFonts returns an error if an embedded font does not parse.
func newFonts() (fonts, error) {
	latin, err := newCharset(dejavusanscondensed.TTF, dejavusanscondensedbold.TTF)
	if err != nil {
		return fonts{}, fmt.Errorf("read DejaVu Sans Condensed: %w", err)
	}
	regular, err := font.ParseTTF(bytes.NewReader(devanagariRegular))
	if err != nil {
		return fonts{}, fmt.Errorf("read Noto Sans Devanagari: %w", err)
	}
	bold, err := font.ParseTTF(bytes.NewReader(devanagariBold))
	if err != nil {
		return fonts{}, fmt.Errorf("read Noto Sans Devanagari Bold: %w", err)
	}
	return fonts{latin, regular.Font, bold.Font}, nil
}

// devanagari returns the font of the weight.
func (f fonts) devanagari(bold bool) *font.Font {
	if bold {
		return f.bold
	}
	return f.regular
}

// writesDevanagari reports whether r is a Devanagari character that both fonts have.
func (f fonts) writesDevanagari(r rune) bool {
	if r < 0x900 || r > 0x97F && (r < 0x1CD0 || r > 0x1CFF) && (r < 0xA8E0 || r > 0xA8FF) {
		return false
	}
	_, regular := f.regular.NominalGlyph(r)
	_, bold := f.bold.NominalGlyph(r)
	return regular && bold
}
