package domain

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Methodology is how a valuer arrived at a value.
type Methodology string

// The methodologies (International Valuation Standards 105: market, cost and income approach).
const (
	SalesComparison      Methodology = "SALES_COMPARISON"
	CostApproach         Methodology = "COST"
	IncomeCapitalisation Methodology = "INCOME"
)

// Methodologies lists every Methodology.
var Methodologies = []Methodology{SalesComparison, CostApproach, IncomeCapitalisation}

// ValuationStatus is the state of one version of a valuation.
type ValuationStatus string

// The valuation statuses.
const (
	ValuationAwaitingSignOff ValuationStatus = "AWAITING_SIGN_OFF"
	ValuationReturned        ValuationStatus = "RETURNED"
	ValuationApproved        ValuationStatus = "APPROVED"
)

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

// Valuation is one version of a property's value, made by a valuer. Earlier versions are kept.
type Valuation struct {
	ID          ValuationID
	PropertyID  PropertyID
	Number      int // 1 for the first version
	ValuerID    UserID
	Amount      Rupees
	Methodology Methodology
	// Comparables are the sales that the valuer chose, adjusted to the subject property.
	Comparables []AdjustedComparable
	FewerReason string // why there are fewer comparables than the settings ask for
	Rationale   string // the valuer's reasoning, for the report
	// Suggestion is what the model suggested when the valuation was made.
	Suggestion Suggestion
	// Confidence is that of the Suggestion, 0…100, even if Amount differs from the suggested.
	Confidence int
	Status     ValuationStatus
	Risks      []Risk
	SignOff    *SignOff
	Report     Report
	CreatedAt  time.Time
	ApprovedAt time.Time // zero until approved
	Version    int64
}

// SignOff is a supervisor's answer to a risky valuation.
type SignOff struct {
	By           UserID
	At           time.Time
	ReturnReason string // empty if it was signed off
}

// Report is the stored report of a valuation, or records that it could not be made.
type Report struct {
	Key      string // in the object store, empty until stored
	SHA256   string // lower-case hex of the PDF
	StoredAt time.Time
	FailedAt time.Time // zero unless the last attempts all failed
	Retries  int       // how often it was asked for again
}

// Appraisal is what a valuer decides: the input of a valuation.
type Appraisal struct {
	Amount      Rupees
	Methodology Methodology
	Comparables []ComparableID
	FewerReason string
	Rationale   string
}

// NewValuation makes the next version from the valuer's appraisal, the chosen comparables
// adjusted to the subject, and the model's suggestion. Its risks follow from the settings;
// Property.Value adds RiskFlagged and sets the status. It returns a KindInvalid error that
// names every broken rule.
func NewValuation(id ValuationID, property PropertyID, number int, by Actor, a Appraisal, chosen []AdjustedComparable, s Suggestion, set Settings, now time.Time) (Valuation, error) {
	if err := a.violations(chosen, set).Err(); err != nil {
		return Valuation{}, err
	}
	v := Valuation{
		ID: id, PropertyID: property, Number: number, ValuerID: by.ID, Amount: a.Amount, Methodology: a.Methodology,
		Comparables: chosen, FewerReason: a.FewerReason, Rationale: a.Rationale, Suggestion: s,
		Confidence: s.Confidence, CreatedAt: now,
	}
	if v.Confidence < set.MinConfidence {
		v.Risks = append(v.Risks, RiskLowConfidence)
	}
	if v.Amount >= set.SignOffAmount {
		v.Risks = append(v.Risks, RiskHighAmount)
	}
	if s.Amount > 0 && v.Amount.DeviationPercent(s.Amount) > set.MaxDeviationPercent {
		v.Risks = append(v.Risks, RiskOffModel)
	}
	return v, nil
}

func (a Appraisal) violations(chosen []AdjustedComparable, set Settings) Violations {
	var v Violations
	v.Require(a.Amount > 0 && a.Amount <= MaxAmount, "amount", "range", fmt.Sprintf("must be 1 to %d rupees", MaxAmount))
	v.Require(slices.Contains(Methodologies, a.Methodology), "methodology", "enum", "must be a methodology")
	v.Require(textWithin(a.Rationale, 0, 2000), "rationale", "length", "must be at most 2000 characters")
	v.Require(textWithin(a.FewerReason, 0, 500), "fewer_comparables_reason", "length", "must be at most 500 characters")
	for i, id := range a.Comparables {
		at := fmt.Sprintf("comparable_ids[%d]", i)
		v.Require(slices.Index(a.Comparables, id) == i, at, "unique", "is named twice")
		found := slices.ContainsFunc(chosen, func(c AdjustedComparable) bool { return c.Comparable.ID == id })
		v.Require(found, at, "exists", "must be a known comparable")
	}
	enough := len(a.Comparables) >= set.LeastComparables() || reasonWithin(a.FewerReason, 10, 500)
	v.Require(enough, "comparable_ids", "length",
		fmt.Sprintf("must name at least %d comparables, or fewer_comparables_reason must say why there are fewer", set.LeastComparables()))
	return v
}

func (v *Valuation) facts() []Fact {
	return []Fact{
		{"valuation", string(v.ID)},
		{"amount", strconv.FormatInt(int64(v.Amount), 10)},
		Count("confidence", v.Confidence),
		Count("comparables", len(v.Comparables)),
	}
}
