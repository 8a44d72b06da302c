package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// TestNoOtherBorrowerIsNamed prints a case whose valuer wrote down what the owner must not read.
func TestNoOtherBorrowerIsNamed(t *testing.T) {
	t.Parallel()
	d := bare(t)
	for i := range d.Valuation.Comparables {
		c := &d.Valuation.Comparables[i].Comparable
		c.Pincode, c.Location = "400088", domain.Point{Lat: 19.123456, Lng: 72.987654}
	}
	d.Valuation.Comparables[0].Comparable.SourceID = "LAP/MUM/2025/9"
	d.Valuation.Comparables[1].Comparable.SourceID = "LAP/MUM/2025/98"
	d.Valuation.Comparables[2].Comparable.SourceID = "2025"
	d.Valuation.Rationale = "LAP/MUM/2025/98 is nearer than LAP/MUM/2025/9, both of 2025; see PF-20251118-ABC123, and PF-20260302-7KQ2XM is this case."
	d.Valuation.FewerReason = "As in LAP/MUM/2025/9."
	d.Photos[1].Photo.Status = domain.PhotoFlagged
	d.Photos[1].Photo.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "As in PF-20251118-ABC123."}
	d.Photos[2].Photo.Status, d.Photos[2].Photo.LinkedTo = domain.PhotoFlagged, []domain.PropertyID{"another-case"}
	d.Photos[2].Photo.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "Mr Shah's flat has this picture."}
	printed := words(t, render(t, d))
	for _, want := range []string{
		"sale 2 is nearer than sale 1, both of 2025; see […], and PF-20260302-7KQ2XM is this case.", "As in sale 1.", "As in […].",
		"The valuer refused it, and it does not count. The reason is in the case record.", "Valuer: The reason is in the case record.", "To be looked at by a person",
	} {
		assert.Contains(t, printed, want)
	}
	for _, secret := range []string{
		"LAP/MUM/2025", "MUM-2025", "L-88213", "B-5512", "400088", "19.12", "72.98", "PF-20251118", "Shah", "another-case", "other case", "elsewhere",
		"18 Nov 2025", "120 m", "1.34", "Same owner, earlier withdrawn case",
	} {
		assert.NotContains(t, printed, secret)
	}
	assert.Contains(t, printed, "LAP/MUM/2026/004417", "the owner's own number")
}
