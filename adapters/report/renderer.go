package report

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-fonts/dejavu/dejavusansmono"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var _ ports.ReportRenderer = (*Renderer)(nil)

// Renderer lays out valuation reports. It is safe for concurrent use.
type Renderer struct {
	fonts fonts
}

// New returns a Renderer. It returns an error if the embedded fonts do not parse.
func New() (*Renderer, error) {
	fonts, err := newFonts()
	if err != nil {
		return nil, fmt.Errorf("the report's fonts: %w", err)
	}
	return &Renderer{fonts}, nil
}

// Render returns the report as a PDF. Photos that do not decode are replaced by a note.
// Errors returned: those of ctx, and KindInternal ones of the PDF library.
func (r *Renderer) Render(ctx context.Context, document domain.ReportDocument) ([]byte, error) {
	pictures, err := shrink(ctx, document.Photos)
	if err != nil {
		return nil, err
	}
	s := newSheet(document, &text{fonts: r.fonts})
	cover(s, document)
	reasoning(s, document)
	comparables(s, document.Valuation)
	model(s, document)
	photos(s, document, pictures)
	evidence(s, document)
	terms(s, document)
	s.footers()

	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("lay out the report of valuation %s: %w", document.Valuation.ID, err)
	}
	return out.Bytes(), nil
}

// newSheet returns an empty document with the fonts. It sets whatever the PDF library would
// otherwise choose differently for each rendering, such as the time.
func newSheet(document domain.ReportDocument, text *text) *sheet {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	at := document.GeneratedAt.UTC() // the PDF library writes no zone, and readers then take UTC
	if at.IsZero() {
		at = time.Unix(0, 0).UTC() // for the zero time the library would write the current one
	}
	pdf.SetCreationDate(at)
	pdf.SetModificationDate(at)
	reference := strings.ReplaceAll(text.clean(orUnknown(string(document.Property.Reference))), "\n", " ")
	pdf.SetTitle("Valuation report "+reference, true)
	pdf.SetAuthor("PropFlow", true)
	pdf.SetCreator("PropFlow", true)
	pdf.SetProducer("PropFlow", true)
	pdf.SetLang("en-IN")
	// Copies, because the PDF library writes into a font's bytes while it cuts the font down.
	pdf.AddUTF8FontFromBytes(sans, "", bytes.Clone(dejavusanscondensed.TTF))
	pdf.AddUTF8FontFromBytes(sans, "B", bytes.Clone(dejavusanscondensedbold.TTF))
	pdf.AddUTF8FontFromBytes(mono, "", bytes.Clone(dejavusansmono.TTF))
	s := &sheet{pdf: pdf, text: text, shaper: newShaper(text.fonts), reference: reference}
	s.addPage()
	return s
}
