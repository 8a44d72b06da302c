package domain

import (
	"cmp"
	"math"
	"slices"
)

// OwnerComparable is a comparable as the owner of the subject property sees it. The home that was
// sold may be another borrower's, so it has neither ids nor a source, place, day or price by which
// one could recognise it. All sources are shown alike, because otherwise the difference would show
// which sales are loans of this lender.
type OwnerComparable struct {
	Locality, City string // the locality may be empty
	// DistanceKM is rounded up to half a kilometre. An exact one, with those to other
	// properties of the same owner, would give the place.
	DistanceKM float64
	// AreaSqFt and PricePerSqFt have two significant digits: the price that they give is uncertain
	// by 1 to 10 % either way, and matches many sales.
	AreaSqFt     int64
	PricePerSqFt Rupees
	Sold         string // year and month, e.g. "2026-05"
}

const ownersDistanceStepKM = 0.5

// ForOwner returns what the owner of the subject property may see of the comparable.
func (c AdjustedComparable) ForOwner() OwnerComparable {
	area := int64(c.Comparable.AreaSqFt)
	steps := max(1, math.Ceil(c.DistanceKM/ownersDistanceStepKM))
	return OwnerComparable{
		Locality: c.Comparable.Locality, City: c.Comparable.City, DistanceKM: steps * ownersDistanceStepKM,
		AreaSqFt: twoDigits(area), PricePerSqFt: Rupees(twoDigits(int64(c.Comparable.Price) / max(1, area))),
		Sold: c.Comparable.SoldOn.Format("2006-01"),
	}
}

// ReportedComparable is a comparable as the report prints it, which the owner reads too.
type ReportedComparable struct {
	OwnerComparable
	// Adjustments has one step for each kind that applies, in whole percent.
	Adjustments []Adjustment
	// AdjustedPrice has two significant digits. With more, the price paid could be computed back.
	AdjustedPrice Rupees
	// Weighed reports whether the comparable is part of the suggestion, and Weight is its share in
	// it, 0…1 in whole percent.
	Weighed bool
	Weight  float64
}

// ForReport returns what a report may print of the comparable.
func (c AdjustedComparable) ForReport() ReportedComparable {
	shown := ReportedComparable{
		OwnerComparable: c.ForOwner(), AdjustedPrice: Rupees(twoDigits(int64(c.AdjustedPrice))),
		Weighed: c.Weight > 0, Weight: math.Round(c.Weight*100) / 100,
	}
	for _, kind := range AdjustmentKinds {
		steps := slices.DeleteFunc(slices.Clone(c.Adjustments), func(a Adjustment) bool { return a.Kind != kind })
		if len(steps) > 0 {
			shown.Adjustments = append(shown.Adjustments, Adjustment{kind, math.Round((compound(steps) - 1) * 100)})
		}
	}
	return shown
}

// OwnersComparables returns the comparables as the owner sees them, nearest first. The report alone
// has the order in which the valuer named them, because the rationale refers to it.
func OwnersComparables(chosen []AdjustedComparable) []OwnerComparable {
	shown := make([]OwnerComparable, len(chosen))
	for i, c := range chosen {
		shown[i] = c.ForOwner()
	}
	slices.SortFunc(shown, func(a, b OwnerComparable) int {
		return cmp.Or(cmp.Compare(a.DistanceKM, b.DistanceKM), cmp.Compare(b.Sold, a.Sold), cmp.Compare(a.AreaSqFt, b.AreaSqFt))
	})
	return shown
}

// twoDigits rounds n to two significant digits: 1,234 to 1,200, and 95 stays 95.
func twoDigits(n int64) int64 {
	scale := int64(1)
	for n/scale >= 100 {
		scale *= 10
	}
	return (n + scale/2) / scale * scale
}
