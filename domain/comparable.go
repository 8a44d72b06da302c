package domain

import (
	"slices"
	"time"
)

// ComparableSource is the kind of source that a comparable is known from.
type ComparableSource string

// The sources, from most to least reliable.
const (
	SourceRegistry ComparableSource = "REGISTRY" // a registered sale deed
	SourceLender   ComparableSource = "LENDER"   // the lender's own earlier case
	SourceBroker   ComparableSource = "BROKER"
)

// ComparableSources lists every ComparableSource.
var ComparableSources = []ComparableSource{SourceRegistry, SourceLender, SourceBroker}

// Comparable is a property that was sold: the evidence on which a valuation is based.
type Comparable struct {
	ID       ComparableID
	Source   ComparableSource
	SourceID string // the source's own number; Source and SourceID are unique together
	Type     PropertyType
	Locality string
	City     string
	Pincode  string
	Location Point
	AreaSqFt int // built-up, for LAND the plot's
	// Bedrooms, Bathrooms and YearBuilt are nil if not known.
	Bedrooms  *int
	Bathrooms *int
	YearBuilt *int
	Price     Rupees    // what was paid
	SoldOn    time.Time // the day, midnight UTC
	CreatedBy UserID
	CreatedAt time.Time
	// Withdrawn is nil unless the comparable was withdrawn as wrong.
	Withdrawn *Withdrawal
}

// maxYearsOffPlan is how long before its completion a flat may be sold by its plan. Years that are
// longer ago come from spreadsheets, in which the day 1 is in 1900.
const maxYearsOffPlan = 10

// PricePerSqFt returns the price in rupees per square foot.
func (c Comparable) PricePerSqFt() float64 { return float64(c.Price) / float64(c.AreaSqFt) }

// Validate returns a KindInvalid error that names every broken rule.
func (c Comparable) Validate(now time.Time) error {
	var v Violations
	v.Require(slices.Contains(ComparableSources, c.Source), "source", "enum", "must be REGISTRY, LENDER or BROKER")
	v.Require(textWithin(c.SourceID, 1, 100), "source_id", "length", "must be 1 to 100 characters")
	v.Require(slices.Contains(PropertyTypes, c.Type), "type", "enum", "must be a property type")
	v.Require(textWithin(c.Locality, 0, 100), "locality", "length", "must be at most 100 characters")
	v.Require(textWithin(c.City, 1, 100), "city", "length", "must be 1 to 100 characters")
	v = append(v, pincodeViolations("pincode", c.Pincode)...)
	v.Require(c.Location.Valid() && c.Location.InIndia(), "location", "range", "must be a place in India")
	v.Require(c.AreaSqFt >= 1 && c.AreaSqFt <= MaxAreaSqFt, "area_sqft", "range", "must be 1 to 10000000")
	v.Require(c.Bedrooms == nil || *c.Bedrooms >= 0 && *c.Bedrooms <= 50, "bedrooms", "range", "must be 0 to 50")
	v.Require(c.Bathrooms == nil || *c.Bathrooms >= 0 && *c.Bathrooms <= 50, "bathrooms", "range", "must be 0 to 50")
	v.Require(c.YearBuilt == nil || *c.YearBuilt >= 1800 && *c.YearBuilt <= now.In(IST).Year(), "year_built", "range", "must be 1800 to this year")
	v.requireAmount(c.Price, "price")
	v.Require(!c.SoldOn.IsZero() && !c.SoldOn.After(Date(now)), "sold_on", "range", "must not lie in the future")
	v.Require(c.SoldOn.IsZero() || c.YearBuilt == nil || c.SoldOn.Year() >= *c.YearBuilt-maxYearsOffPlan, "sold_on", "range",
		"must not lie more than 10 years before the year in which it was built")
	return v.Err()
}

// SubjectProperty is the property to be valued, as the model sees it.
type SubjectProperty struct {
	Type      PropertyType
	Location  Point
	AreaSqFt  int
	Bedrooms  *int
	Bathrooms *int
	YearBuilt *int
}

// Subject returns the property as the subject of a valuation. It returns a KindConflict
// error ("subject_incomplete") if its location or area is not known yet.
func (p Property) Subject() (SubjectProperty, error) {
	d := p.Details
	if d.Location == nil || d.AreaSqFt <= 0 {
		return SubjectProperty{}, Conflict("subject_incomplete", "the property has no location or area yet")
	}
	return SubjectProperty{
		Type: p.Type, Location: d.Location.Point, AreaSqFt: d.AreaSqFt,
		Bedrooms: d.Bedrooms, Bathrooms: d.Bathrooms, YearBuilt: d.YearBuilt,
	}, nil
}

// AdjustedComparable is a comparable with its price adjusted to the subject property.
type AdjustedComparable struct {
	Comparable Comparable
	// DistanceKM is the great-circle distance to the subject in kilometres.
	DistanceKM float64
	// AgeMonths is the age of the sale at the time of valuation, in months of 365.25/12 days.
	AgeMonths float64
	// Adjustments are the steps from the price to AdjustedPrice, in order.
	Adjustments []Adjustment
	// AdjustedPrice is what the subject would sell for, by this comparable alone.
	AdjustedPrice Rupees
	// Weight is the comparable's share in the suggestion, 0…1; the weights add up to 1.
	Weight float64
}

// AdjustmentKind is the difference from the subject that an adjustment compensates for.
type AdjustmentKind string

// The adjustment kinds.
const (
	AdjustTime AdjustmentKind = "TIME" // the market moved since the sale
	AdjustSize AdjustmentKind = "SIZE" // the subject is larger or smaller
	AdjustAge  AdjustmentKind = "AGE"  // the subject is newer or older
)

// AdjustmentKinds lists every AdjustmentKind, in the order in which they are applied.
var AdjustmentKinds = []AdjustmentKind{AdjustTime, AdjustSize, AdjustAge}

// Adjustment is one step from a comparable's price to the subject's, in percent of the
// price before it.
type Adjustment struct {
	Kind    AdjustmentKind
	Percent float64
}

// Suggestion is the model's estimate of a property's value. Amount is 0 if there are too few
// comparables for an estimate.
type Suggestion struct {
	Amount Rupees
	// Low and High bound the value with about 80 % probability.
	Low, High Rupees
	// Confidence is 0…100. It falls with the forecast standard deviation, and if the comparables
	// are few, distant or old.
	Confidence int
	// ForecastSD is the forecast standard deviation as a share of the amount, e.g. 0.12.
	ForecastSD float64
	// Comparables are those that the amount was computed from, by descending weight.
	Comparables []AdjustedComparable
	// Model names the method and its version.
	Model string
}
