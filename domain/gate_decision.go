package domain

import (
	"fmt"
	"math"
	"slices"
)

// Limits of a comparable's adjustment, in percent of its price, as appraisal practice has them
// since Fannie Mae's guideline of 1987: beyond 15 % net or 25 % gross a comparable needs a second
// look. Beyond 50 % gross it is another kind of property.
const (
	MaxNetAdjustment    = 15.0
	MaxGrossAdjustment  = 25.0
	GrossAdjustmentLost = 50.0
)

// The farthest and the oldest comparable that is of the subject property's market, and that a
// search finds.
const (
	MaxComparableKM     = 50.0
	MaxComparableMonths = 60
)

// Least lengths of the valuer's reasoning, in letters and digits.
const (
	MinRationale = 10 // of a sales comparison
	// MinOtherRationale is that of a methodology that compares no sales, so that the reasoning is
	// all the evidence there is.
	MinOtherRationale = 50
	minFewerReason    = 10
)

// NetPercent returns by how much the adjustments change the comparable's price, in percent of it,
// without sign.
func (c AdjustedComparable) NetPercent() float64 {
	return math.Abs(compound(c.Adjustments)-1) * 100
}

// compound returns the factor by which the adjustments change a price, one after the other.
func compound(adjustments []Adjustment) float64 {
	factor := 1.0
	for _, a := range adjustments {
		factor *= 1 + a.Percent/100
	}
	return factor
}

// GrossPercent returns the sum of the comparable's adjustments without their signs, in percent of
// its price.
func (c AdjustedComparable) GrossPercent() float64 {
	price, gross := 1.0, 0.0
	for _, a := range c.Adjustments {
		gross += math.Abs(price * a.Percent / 100)
		price *= 1 + a.Percent/100
	}
	return gross * 100
}

func (d Decision) blocking(kind PropertyType) []Blocking {
	var found []Blocking
	v := d.Valuation
	least := MinRationale
	if v.Methodology != SalesComparison {
		least = MinOtherRationale
	}
	if !reasonWithin(v.Rationale, least, maxRationale) {
		found = append(found, blockCount(BlockedRationale, "rationale", least))
	}
	for i, c := range v.Comparables {
		at := fmt.Sprintf("comparable_ids[%d]", i)
		j := slices.IndexFunc(d.Sales, func(s StoredSale) bool { return s.Comparable.ID == c.Comparable.ID })
		switch {
		case j >= 0 && d.Sales[j].Comparable.Withdrawn != nil:
			found = append(found, block(BlockedWithdrawn, at))
		case j >= 0 && !d.Sales[j].Prices.Contain(d.Sales[j].Comparable):
			found = append(found, block(BlockedImplausible, at))
		case c.GrossPercent() > GrossAdjustmentLost:
			found = append(found, blockCount(BlockedOverAdjusted, at, GrossAdjustmentLost))
		}
	}
	if d.few(kind) && !reasonWithin(v.FewerReason, minFewerReason, maxFewerReason) {
		found = append(found, blockCount(BlockedFewer, "fewer_comparables_reason", d.Settings.LeastComparables()))
	}
	return found
}

// few reports whether the valuation rests on fewer sales of the market than the settings ask for,
// without those that the valuer entered.
func (d Decision) few(kind PropertyType) bool {
	v := *d.Valuation
	v.Comparables = slices.DeleteFunc(slices.Clone(v.Comparables), v.enteredByValuer)
	return v.distinctSales(kind) < d.Settings.LeastComparables()
}

// enteredByValuer reports whether the valuer entered the comparable too. Who makes the evidence
// does not decide by it alone: a supervisor may do both, and could invent the sales.
func (v *Valuation) enteredByValuer(c AdjustedComparable) bool {
	return v.ValuerID != "" && c.Comparable.CreatedBy == v.ValuerID
}

// SuggestedByOwnSales reports whether the suggestion rests on a sale that the valuer entered.
func (v *Valuation) SuggestedByOwnSales() bool {
	return slices.ContainsFunc(v.Suggestion.Comparables, v.enteredByValuer)
}

// distinctSales returns the number of different sales of the subject property's market among the
// comparables. Others may be named, but support nothing.
func (v *Valuation) distinctSales(kind PropertyType) int {
	var sales []Comparable
	for _, c := range v.Comparables {
		if c.ofMarket(kind) {
			sales = append(sales, c.Comparable)
		}
	}
	return DistinctSales(sales)
}

// ofMarket reports whether the comparable is of the type of the subject property, near and recent
// enough that a search can find it.
func (c AdjustedComparable) ofMarket(kind PropertyType) bool {
	// A search counts months of the calendar, AgeMonths has months of one length.
	return c.Comparable.Type == kind && c.DistanceKM <= MaxComparableKM && c.AgeMonths < MaxComparableMonths+1
}

// RestsOnFewSales reports whether the valuation rests on fewer sales than the settings asked for.
// Those that were decided before the gate recorded no such risk, so that of them only what no
// settings can allow is known.
func (v *Valuation) RestsOnFewSales(kind PropertyType) bool {
	return slices.Contains(v.Risks, RiskFewComparables) || v.distinctSales(kind) < FewestComparables
}

func (d Decision) risks(kind PropertyType) []Risk {
	var found []Risk
	add := func(applies bool, r Risk) {
		if applies {
			found = append(found, r)
		}
	}
	v, set := d.Valuation, d.Settings
	add(d.few(kind), RiskFewComparables)
	add(slices.ContainsFunc(v.Comparables, AdjustedComparable.overAdjusted), RiskOverAdjusted)
	add(v.Methodology != SalesComparison, RiskNoMarketEvidence)
	add(v.Suggestion.Amount == 0 || v.Confidence < set.MinConfidence || v.SuggestedByOwnSales(), RiskLowConfidence)
	add(v.Amount >= set.SignOffAmount, RiskHighAmount)
	add(v.Suggestion.Amount > 0 && v.Amount.DeviationPercent(v.Suggestion.Amount) > set.MaxDeviationPercent, RiskOffModel)
	return found
}

func (c AdjustedComparable) overAdjusted() bool {
	return c.GrossPercent() > MaxGrossAdjustment || c.NetPercent() > MaxNetAdjustment
}
