package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/propflow/propflow/domain"
)

// The owner gets the report too, so nothing in it may name another borrower's case: no number of a
// source, no reference, and no reason that may be about a linked case.

var otherReference = regexp.MustCompile(`\bPF-[0-9]{8}-[0-9A-Z]{6}\b`)

// discreet returns what a valuer wrote with "sale 2" for the number of the second comparable's
// source, and without references of other cases.
func discreet(d domain.ReportDocument, words string) string {
	type name struct{ id, sale string }
	var names []name
	for i, c := range d.Valuation.Comparables {
		if id := strings.TrimSpace(c.Comparable.SourceID); identifies(id) {
			names = append(names, name{id, fmt.Sprintf("sale %d", i+1)})
		}
	}
	// The longest first, because one number may be the beginning of another.
	slices.SortStableFunc(names, func(a, b name) int { return len(b.id) - len(a.id) })
	for _, n := range names {
		words = strings.ReplaceAll(words, n.id, n.sale)
	}
	return otherReference.ReplaceAllStringFunc(words, func(reference string) string {
		if reference == string(d.Property.Reference) {
			return reference
		}
		return "[…]"
	})
}

// identifies reports whether a source's number is one: a short one or one without a digit, such as
// "2025" or "broker", may be any word of a sentence.
func identifies(id string) bool {
	return utf8.RuneCountInString(id) >= 6 && strings.ContainsFunc(id, unicode.IsDigit)
}

// linked reports whether the photo was found in another case as well.
func linked(p domain.Photo) bool {
	return len(p.LinkedTo) > 0 || slices.ContainsFunc(p.Findings, func(f domain.Finding) bool { return f.Code == domain.FindingDuplicate })
}

// reason returns the valuer's reason for accepting or refusing the photo.
func reason(d domain.ReportDocument, p domain.Photo) string {
	if linked(p) {
		return "The reason is in the case record."
	}
	return discreet(d, p.Resolution.Reason)
}
