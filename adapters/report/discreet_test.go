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
	d.Valuation.Risks = []domain.Risk{domain.RiskEvidenceRefused}
	d.Valuation.FewerReason = "As in LAP/MUM/2025/9."
	d.Photos[1].Photo.Status = domain.PhotoFlagged
	d.Photos[1].Photo.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "As in PF-20251118-ABC123."}
	d.Photos[2].Photo.Status, d.Photos[2].Photo.LinkedTo = domain.PhotoFlagged, []domain.PropertyID{"another-case"}
	d.Photos[2].Photo.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "Mr Shah's flat has this picture."}
	d.Photos[3].Photo.Findings[1].Code = domain.FindingScreen
	printed := words(t, render(t, d))
	for _, want := range []string{
		"sale 2 is nearer than sale 1, both of 2025; see […], and PF-20260302-7KQ2XM is this case.", "As in sale 1.", "As in […].",
		"The valuer refused it, and it does not count. The reason is in the case record.", "Valuer: The reason is in the case record.", "Needs a look",
	} {
		assert.Contains(t, printed, want)
	}
	for _, secret := range []string{
		"LAP/MUM/2025", "MUM-2025", "L-88213", "B-5512", "400088", "19.12", "72.98", "PF-20251118", "Shah", "another-case", "other case", "elsewhere",
		"18 Nov 2025", "120 m", "1.34", "Same owner, earlier withdrawn case", "egistered", "ender's record", "roker", "creen",
		"2,31,00,000", "20,087", "1,150", "2,40,50,000", "2.405", "1.9 %",
	} {
		assert.NotContains(t, printed, secret)
	}
	assert.Contains(t, printed, "LAP/MUM/2026/004417", "the owner's own number")
}

// TestALinkIsAsOtherDoubts compares what is printed of a photo that is known from another case with
// what is printed of one that was taken of a screen, and so for the risks.
func TestALinkIsAsOtherDoubts(t *testing.T) {
	t.Parallel()
	doubted := func(code domain.FindingCode, risk domain.Risk) string {
		d := bare(t)
		d.Valuation.Risks = []domain.Risk{risk}
		p := &d.Photos[3].Photo
		p.Findings, p.LinkedTo = []domain.Finding{{Code: code, Outcome: domain.OutcomeFlagged}}, nil
		if code == domain.FindingDuplicate {
			p.LinkedTo = []domain.PropertyID{"another-case"}
		}
		return words(t, render(t, d))
	}
	want := doubted(domain.FindingScreen, domain.RiskFlagged)
	assert.Equal(t, want, doubted(domain.FindingDuplicate, domain.RiskFlagged))
	assert.Equal(t, want, doubted(domain.FindingScreen, domain.RiskSamePropertyElsewhere))
}

// TestNothingShowsWhichDoubtASecondPersonLookedAt compares whole reports: neither the order of the
// risks nor a reason that is left out may reveal that there is a linked case.
func TestNothingShowsWhichDoubtASecondPersonLookedAt(t *testing.T) {
	t.Parallel()
	with := func(doubt domain.Risk) string {
		d := bare(t)
		d.Valuation.Risks = nil
		for _, risk := range domain.Risks {
			if risk == doubt || risk == domain.RiskEvidenceRefused || risk == domain.RiskHighAmount {
				d.Valuation.Risks = append(d.Valuation.Risks, risk)
			}
		}
		p := &d.Photos[1].Photo
		p.Status, p.Findings = domain.PhotoFlagged, []domain.Finding{{Code: domain.FindingSlightlyBlurred, Outcome: domain.OutcomeFlagged}}
		p.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "Too blurred to judge."}
		return words(t, render(t, d))
	}
	want := with(domain.RiskFlagged)
	assert.Equal(t, want, with(domain.RiskSamePhotoElsewhere))
	assert.Equal(t, want, with(domain.RiskSamePropertyElsewhere))
	assert.NotContains(t, want, "Too blurred to judge.")
	assert.Contains(t, with(domain.RiskEvidenceRefused), "The valuer refused it, and it does not count. Too blurred to judge.")
}
