package report

import (
	"fmt"
	"slices"

	"github.com/propflow/propflow/domain"
)

// lookedAt is about linked cases, of which the owner may not learn. A valuer's wish for a second
// person has the same words: otherwise these would reveal a link.
const lookedAt = "A second person was asked to look at the case."

// risks are the reasons for a second signature in words for lender and owner alike.
var risks = map[domain.Risk]string{
	domain.RiskPinImprecise: fmt.Sprintf("The property's location is known to no better than %.0f m.", domain.PinPreciseM),
	domain.RiskLocationMoved: fmt.Sprintf("The owner moved the property's location by more than %.0f m after the first submission.",
		domain.PinMoveToleranceM),
	domain.RiskAddressElsewhere:      "The pincode of the address does not fit its state, or not the location on the map.",
	domain.RiskEvidenceRefused:       "A valuer refused at least one photograph of the case.",
	domain.RiskSamePhotoElsewhere:    lookedAt,
	domain.RiskSamePropertyElsewhere: lookedAt,
	domain.RiskFewComparables:        "There are fewer different comparable sales than the lender asks for.",
	domain.RiskOverAdjusted: fmt.Sprintf("The adjustments of a comparable sale exceed %.0f %% of its price together, or %.0f %% on balance.",
		domain.MaxGrossAdjustment, domain.MaxNetAdjustment),
	domain.RiskNoMarketEvidence: "The value was arrived at by another method than a comparison of sales.",
	domain.RiskLowConfidence:    "The confidence is below what the lender accepts without a second signature.",
	domain.RiskHighAmount:       "The amount is one for which the lender asks for two signatures.",
	domain.RiskOffModel:         "The amount is further from the model's suggestion than the lender accepts without a second signature.",
	domain.RiskFlagged:          lookedAt,
}

// riskWords returns what is true of the valuation's risks, each sentence once. lookedAt is the last,
// because its place among the others would reveal which risk it stands for.
func riskWords(v domain.Valuation) []string {
	var list []string
	for _, risk := range v.Risks {
		words, ok := risks[risk]
		switch {
		case words == lookedAt:
			continue
		case !ok:
			words = sentence(risk)
		case risk == domain.RiskLowConfidence && v.Suggestion.Amount <= 0:
			words = "The model could suggest no amount with which to compare."
		case risk == domain.RiskLowConfidence && v.SuggestedByOwnSales():
			words = "The model's suggestion rests on a sale that the valuer entered."
		}
		if !slices.Contains(list, words) {
			list = append(list, words)
		}
	}
	if asksToLook(v) {
		list = append(list, lookedAt)
	}
	return list
}

// asksToLook reports whether the report says lookedAt.
func asksToLook(v domain.Valuation) bool {
	return slices.ContainsFunc(v.Risks, func(r domain.Risk) bool { return risks[r] == lookedAt })
}

// signedOff reports whether a second person signed the valuation.
func signedOff(v domain.Valuation) bool { return v.SignOff != nil && v.SignOff.ReturnReason == "" }
