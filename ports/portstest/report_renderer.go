package portstest

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReportRenderer checks a ports.ReportRenderer.
func ReportRenderer(t *testing.T, open func(t *testing.T) ports.ReportRenderer) {
	for name, check := range map[string]func(t *testing.T, open func(t *testing.T) ports.ReportRenderer){
		"the same document gives the same bytes": reportIsDeterministic,
		"another document gives others":          reportFollowsDocument,
		"does without what may be missing":       reportOfBareDocument,
		"ends with its context":                  reportEndsWithContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open)
		})
	}
}

// fullDocument returns a document with every optional part of a report.
func fullDocument(t *testing.T) domain.ReportDocument {
	f := &filler{t: t, n: 1}
	document := domain.ReportDocument{
		Property: fill[domain.Property](f), OwnerName: "आशा राव", Phone: "+91********78",
		Valuation: fill[domain.Valuation](f), ValuerName: "Ravi (Valuer)", SignerName: `Meera \ Sons`,
		AuditHead: digest(9), GeneratedAt: noon,
	}
	document.Valuation.SignOff.ReturnReason = "" // signed, not returned
	document.Valuation.Rationale = strings.Repeat("Close to the metro; corner plot. ", 60)
	for range 3 {
		document.Photos = append(document.Photos, domain.ReportPhoto{Photo: fill[domain.Photo](f), JPEG: somePhoto(t)})
	}
	return document
}

// render asserts that the report is a PDF and returns it.
func render(t *testing.T, renderer ports.ReportRenderer, document domain.ReportDocument) []byte {
	t.Helper()
	file, err := renderer.Render(t.Context(), document)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(file, []byte("%PDF-")), "begins as a PDF")
	require.True(t, bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")), "ends as a PDF")
	return file
}

func reportIsDeterministic(t *testing.T, open func(t *testing.T) ports.ReportRenderer) {
	document, renderer := fullDocument(t), open(t)
	before := tidy(document)
	first := render(t, renderer, document)
	same(t, before, document, "the renderer changes nothing of the document")
	require.Equal(t, first, render(t, renderer, document))
	require.Equal(t, first, render(t, open(t), document))
	for _, err := range race(3, func(int) error { _, err := renderer.Render(t.Context(), document); return err }) {
		require.NoError(t, err)
	}
}

func reportFollowsDocument(t *testing.T, open func(t *testing.T) ports.ReportRenderer) {
	document, renderer := fullDocument(t), open(t)
	first := render(t, renderer, document)
	for name, change := range map[string]func(d *domain.ReportDocument){
		"amount":    func(d *domain.ReportDocument) { d.Valuation.Amount++ },
		"reference": func(d *domain.ReportDocument) { d.Property.Reference = "PF-20261123-000000" },
		"signer":    func(d *domain.ReportDocument) { d.SignerName = "Somebody else" },
		"audit":     func(d *domain.ReportDocument) { d.AuditHead = digest(8) },
		"time":      func(d *domain.ReportDocument) { d.GeneratedAt = noon.AddDate(0, 0, 1) },
	} {
		changed := tidy(document)
		change(&changed)
		require.NotEqual(t, first, render(t, renderer, changed), name)
	}
}

func reportOfBareDocument(t *testing.T, open func(t *testing.T) ports.ReportRenderer) {
	bare := domain.ReportDocument{
		Property:    domain.Property{ID: domain.PropertyID(newID()), Type: domain.Land, Reference: "PF-20261123-ABC123"},
		Valuation:   domain.Valuation{ID: domain.ValuationID(newID()), Number: 1, Amount: 1, Methodology: domain.CostApproach},
		ValuerName:  "Ravi",
		GeneratedAt: noon,
	}
	render(t, open(t), bare)
}

func reportEndsWithContext(t *testing.T, open func(t *testing.T) ports.ReportRenderer) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := open(t).Render(ctx, fullDocument(t))
	require.ErrorIs(t, err, context.Canceled)
}
