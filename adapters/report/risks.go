package report

import "github.com/propflow/propflow/domain"

// risks are the reasons for a second signature in words for lender and owner alike. Those about
// linked cases do not mention them, because the owner may not learn of another borrower's case.
var risks = map[domain.Risk]string{
	domain.RiskPinImprecise:          "The property's location is known to no better than 100 m.",
	domain.RiskLocationMoved:         "The owner moved the property's location by more than 100 m after the first submission.",
	domain.RiskAddressElsewhere:      "The address and the location on the map do not agree.",
	domain.RiskEvidenceRefused:       "The valuer refused a photograph.",
	domain.RiskSamePhotoElsewhere:    "A second person was to look at the photographs.",
	domain.RiskSamePropertyElsewhere: "A second person was to look at which property this is.",
	domain.RiskFewComparables:        "There are few comparable sales.",
	domain.RiskOverAdjusted:          "A comparable sale differs much from the property, so that its price was adjusted by a large share.",
	domain.RiskNoMarketEvidence:      "The value does not rest on comparable sales.",
	domain.RiskLowConfidence:         "The confidence is below what the lender accepts without a second signature.",
	domain.RiskHighAmount:            "The amount is one that the lender has signed by two people.",
	domain.RiskOffModel:              "The amount is further from the model's suggestion than the lender accepts without a second signature.",
	domain.RiskFlagged:               "The valuer asked for a second pair of eyes.",
}

// signedOff reports whether a second person signed the valuation.
func signedOff(v domain.Valuation) bool { return v.SignOff != nil && v.SignOff.ReturnReason == "" }
