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

// Valuation is one version of a property's value, made by a valuer. Earlier versions are kept.
type Valuation struct {
	ID          ValuationID
	PropertyID  PropertyID
	Number      int // 1 for the first version
	ValuerID    UserID
	ValuerName  string // as it was at the decision
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
	// RuleBook is the GateRuleBook under which the valuation was decided, 0 before there was one.
	RuleBook   int
	SignOff    *SignOff
	Report     Report
	CreatedAt  time.Time
	ApprovedAt time.Time // zero until approved
	Version    int64
}

// SignOff is a supervisor's answer to a risky valuation.
type SignOff struct {
	By           UserID
	Name         string // as it was then
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
// adjusted to the subject, and the model's suggestion. Property.Value asks whether it may stand,
// and sets its risks and its status. It returns a KindInvalid error that names every broken rule.
func NewValuation(id ValuationID, property PropertyID, number int, by Actor, a Appraisal, chosen []AdjustedComparable, s Suggestion, now time.Time) (Valuation, error) {
	if err := a.violations(chosen).Err(); err != nil {
		return Valuation{}, err
	}
	return Valuation{
		ID: id, PropertyID: property, Number: number, ValuerID: by.ID, Amount: a.Amount, Methodology: a.Methodology,
		Comparables: chosen, FewerReason: a.FewerReason, Rationale: a.Rationale, Suggestion: s,
		Confidence: s.Confidence, CreatedAt: now,
	}, nil
}

// Greatest lengths of the valuer's texts, in characters.
const (
	maxRationale   = 2000
	maxFewerReason = 500
)

func (a Appraisal) violations(chosen []AdjustedComparable) Violations {
	var v Violations
	v.requireAmount(a.Amount, "amount")
	v.Require(slices.Contains(Methodologies, a.Methodology), "methodology", "enum", "must be a methodology")
	v.Require(textWithin(a.Rationale, 0, maxRationale), "rationale", "length", "must be at most 2000 characters")
	v.Require(a.FewerReason == "" || textWithin(a.FewerReason, minFewerReason, maxFewerReason),
		"fewer_comparables_reason", "length", fmt.Sprintf("must be %d to %d characters", minFewerReason, maxFewerReason))
	for i, id := range a.Comparables {
		at := fmt.Sprintf("comparable_ids[%d]", i)
		v.Require(slices.Index(a.Comparables, id) == i, at, "unique", "is named twice")
		found := slices.ContainsFunc(chosen, func(c AdjustedComparable) bool { return c.Comparable.ID == id })
		v.Require(found, at, "exists", "must be a known comparable")
	}
	return v
}

func (v *Valuation) facts() []Fact {
	return []Fact{
		{"valuation", string(v.ID)},
		{"amount", strconv.FormatInt(int64(v.Amount), 10)},
		Count("confidence", v.Confidence),
		Count("comparables", len(v.Comparables)),
		Count("rule_book", v.RuleBook),
	}
}
