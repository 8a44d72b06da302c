package report

import (
	"slices"

	"github.com/propflow/propflow/domain"
)

// The owner gets the report too, so nothing in it may lead to another borrower's case.

// discreet returns what a valuer wrote as the owner may read it.
func discreet(d domain.ReportDocument, words string) string {
	return d.Valuation.OwnersWords(words, d.Property.Reference)
}

// delicate reports whether a reason about the photo may be about a deception or a linked case. If
// those about linked cases alone were left out, that would reveal them: a case that a valuer wished
// somebody else to look at, and one that is linked, give no reasons either.
func delicate(d domain.ReportDocument, p domain.Photo) bool {
	return len(p.LinkedTo) > 0 || asksToLook(d.Valuation) ||
		slices.ContainsFunc(domain.OwnersFindings(p.Findings), func(f domain.OwnerFinding) bool { return f.Code == domain.FindingNeedsALook })
}

// reason returns the valuer's reason for accepting or refusing the photo.
func reason(d domain.ReportDocument, p domain.Photo) string {
	if delicate(d, p) {
		return "The reason is in the case record."
	}
	return discreet(d, p.Resolution.Reason)
}
