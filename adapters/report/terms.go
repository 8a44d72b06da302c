package report

// assumptions are those of every valuation from remote evidence.
var assumptions = []string{
	"Basis of value: market value as the International Valuation Standards define it, the amount for which the property should exchange on " +
		"the date of valuation between a willing buyer and a willing seller, at arm's length, after proper marketing, each acting " +
		"knowledgeably, prudently and without compulsion. It is not a price under distress.",
	"Nobody visited the property. It was seen in photographs that its owner took, which were checked for sharpness, light, time, place, " +
		"device and reuse as the evidence section lists. Such checks make deception hard; they cannot exclude it.",
	"Area, age, rooms and floor are as the owner states them. They were compared with the photographs and not measured.",
	"Title, encumbrances, approvals, use, taxes and dues were not examined. The value assumes a clear and marketable title, lawful construction " +
		"and vacant possession.",
	"Structure, services, soil, contamination and flood risk were not surveyed. The value assumes that they hold no defect that the " +
		"photographs do not show.",
	"Comparable sales are as their sources record them. The range and the confidence come from a statistical model; about one value in " +
		"five is expected to lie outside such a range.",
	"The value holds for its date. It was made for the lender's decision on a loan against this property, and nobody else may rely on it.",
}

// terms writes the assumptions, and notes if text could not be printed as it was written.
func terms(s *sheet) {
	s.section("Assumptions and limits", 30)
	for _, assumption := range assumptions {
		s.bullet(assumption, accent)
	}
	if s.text.romanised {
		s.bullet("Text in Indian scripts is printed in Latin letters by ISO 15919. The case record holds it as it was written.", accent)
	}
	if s.text.replaced {
		s.bullet("Characters printed as � are not part of the report's fonts. The case record holds them.", accent)
	}
}
