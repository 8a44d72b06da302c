package memory

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/propflow/propflow/domain"
)

// ReportRenderer is a ports.ReportRenderer for tests: one page of plain text. The real one
// is in adapters/report.
type ReportRenderer struct{ faults *Faults }

// NewReportRenderer returns a ReportRenderer. faults may be nil.
func NewReportRenderer(faults *Faults) *ReportRenderer { return &ReportRenderer{faults} }

// Render implements ports.ReportRenderer.
func (r *ReportRenderer) Render(ctx context.Context, d domain.ReportDocument) ([]byte, error) {
	if err := r.faults.outside(ctx, "ReportRenderer.Render"); err != nil {
		return nil, err
	}
	var page strings.Builder
	page.WriteString("BT /F1 10 Tf 12 TL 40 800 Td")
	for _, line := range []string{
		"PropFlow valuation report " + string(d.Property.Reference),
		"Property " + string(d.Property.ID) + ", " + string(d.Property.Type),
		"Owner " + d.OwnerName + " " + d.Phone,
		fmt.Sprintf("Value INR %d, confidence %d", int64(d.Valuation.Amount), d.Valuation.Confidence),
		fmt.Sprintf("Version %d by %s, signed off by %s", d.Valuation.Number, d.ValuerName, d.SignerName),
		fmt.Sprintf("%d comparables, %d photos", len(d.Valuation.Comparables), len(d.Photos)),
		"Audit head " + d.AuditHead,
		"Generated " + d.GeneratedAt.UTC().Format("2006-01-02T15:04:05.999999Z"),
	} {
		fmt.Fprintf(&page, " (%s) Tj T*", pdfText(line))
	}
	page.WriteString(" ET")
	return pdf([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	}), nil
}

// pdfText returns s as the inside of a PDF literal string. Parentheses, backslashes and
// everything but printable ASCII become "?".
func pdfText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`()\`, r) {
			return '?'
		}
		return r
	}, s)
}

// pdf returns a file of the objects, numbered from 1; the first must be the catalogue
// (ISO 32000-1, 7.5).
func pdf(objects []string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}
