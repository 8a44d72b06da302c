package report

import (
	"strings"

	"github.com/propflow/propflow/domain"
)

// assumptions returns the assumptions and limits that are true of the case.
func assumptions(d domain.ReportDocument) []string {
	v, p := d.Valuation, d.Property
	list := []string{
		"Basis of value: market value as the International Valuation Standards define it, the amount for which the property should exchange on " +
			"the date of valuation between a willing buyer and a willing seller, at arm's length, after proper marketing, each acting " +
			"knowledgeably, prudently and without compulsion. It is not a price under distress.",
		inspection(d),
		stated(p),
		title(d),
		condition(d),
	}
	if len(v.Comparables) > 0 {
		list = append(list, "Comparable sales are as their sources recorded them.")
	}
	if v.Suggestion.Amount > 0 {
		list = append(list, "The range and the confidence come from a statistical model; about one value in five is expected to be outside such a range.")
	}
	return append(list, "The value is that of its date. It was made for the lender's decision on a loan against this property, and nobody else may rely on it.")
}

// inspection returns how the property was seen.
func inspection(d domain.ReportDocument) string {
	if !d.Has(domain.StandingPictured) {
		return "Nobody visited the property, and no photograph of it counts as evidence."
	}
	return "Nobody visited the property. It was seen in photographs that its owner sent, which were checked for sharpness, light, time, place, " +
		"device and reuse as the evidence section lists. Such checks make deception hard; they cannot exclude it."
}

// stated names the details that the owner gave and that nobody measured.
func stated(p domain.Property) string {
	given := []string{"Area"}
	has := func(f domain.Field, value *int) bool { return p.Type.CanHave(f) && value != nil }
	if has(domain.FieldYearBuilt, p.Details.YearBuilt) {
		given = append(given, "year")
	}
	if has(domain.FieldBedrooms, p.Details.Bedrooms) || has(domain.FieldBathrooms, p.Details.Bathrooms) {
		given = append(given, "rooms")
	}
	if has(domain.FieldFloor, p.Details.Floor) {
		given = append(given, "floor")
	}
	last := len(given) - 1
	if last == 0 {
		return "Area is as the owner states it and was not measured."
	}
	return strings.Join(given[:last], ", ") + " and " + given[last] + " are as the owner states them and were not measured."
}

// title returns what was not examined about rights in the property.
func title(d domain.ReportDocument) string {
	words := "Title, encumbrances, approvals, use, taxes and dues were not examined."
	if d.Has(domain.StandingPaper) {
		words += " The papers among the photographs were not verified."
	}
	if d.Property.Type == domain.Land {
		return words + " The value assumes a clear and marketable title and vacant possession."
	}
	return words + " The value assumes a clear and marketable title, lawful construction and vacant possession."
}

// condition returns what was not surveyed of the land and of what is built on it.
func condition(d domain.ReportDocument) string {
	words := "Structure, services, soil"
	if d.Property.Type == domain.Land {
		words = "Soil"
	}
	words += ", contamination and flood risk were not surveyed. The value assumes that they have no defect"
	if d.Has(domain.StandingPictured) {
		words += " that the photographs do not show"
	}
	return words + "."
}

// terms writes the assumptions, and notes if text could not be printed as it was written.
func terms(s *sheet, d domain.ReportDocument) {
	s.section("Assumptions and limits", 30)
	for _, assumption := range assumptions(d) {
		s.bullet(assumption, accent)
	}
	if s.text.romanised {
		s.bullet("Indian scripts other than Devanagari are printed in Latin letters by ISO 15919. The original is beneath, "+
			"so that a search of this file finds it.", accent)
	}
	if s.text.replaced {
		s.bullet("Characters printed as � are not part of the report's fonts. The case record has them.", accent)
	}
}
