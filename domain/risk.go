package domain

import "slices"

// Risk is a reason why a valuation needs a supervisor's sign-off.
type Risk string

// The risks (docs/domain.md, "Risks").
const (
	RiskPinImprecise          Risk = "PIN_IMPRECISE"           // the pin is known to no better than 100 m
	RiskLocationMoved         Risk = "LOCATION_MOVED"          // the pin moved after the first submission
	RiskAddressElsewhere      Risk = "ADDRESS_ELSEWHERE"       // the pincode's place or state is not the pin's
	RiskEvidenceRefused       Risk = "EVIDENCE_REFUSED"        // a valuer refused a photo
	RiskSamePhotoElsewhere    Risk = "SAME_PHOTO_ELSEWHERE"    // another case has the same picture
	RiskSamePropertyElsewhere Risk = "SAME_PROPERTY_ELSEWHERE" // another case is about the same property
	RiskFewComparables        Risk = "FEW_COMPARABLES"         // too few sales to compare with
	RiskOverAdjusted          Risk = "OVER_ADJUSTED"           // a comparable differs much from the subject
	RiskNoMarketEvidence      Risk = "NO_MARKET_EVIDENCE"      // the methodology compares no sales
	RiskLowConfidence         Risk = "LOW_CONFIDENCE"
	RiskHighAmount            Risk = "HIGH_AMOUNT"
	RiskOffModel              Risk = "OFF_MODEL"
	RiskFlagged               Risk = "FLAGGED_BY_VALUER"
)

// Risks lists every Risk, in the order in which people read them: of the place, of the photos, of
// other cases, of the sales, of the amount.
var Risks = []Risk{
	RiskPinImprecise, RiskLocationMoved, RiskAddressElsewhere, RiskEvidenceRefused, RiskSamePhotoElsewhere,
	RiskSamePropertyElsewhere, RiskFewComparables, RiskOverAdjusted, RiskNoMarketEvidence,
	RiskLowConfidence, RiskHighAmount, RiskOffModel, RiskFlagged,
}

// inOrder returns the risks in the order of Risks, each once.
func inOrder(found []Risk) []Risk {
	var sorted []Risk
	for _, r := range Risks {
		if slices.Contains(found, r) {
			sorted = append(sorted, r)
		}
	}
	return sorted
}
