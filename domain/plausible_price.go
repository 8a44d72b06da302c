package domain

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// What no sale at arm's length in India is below or above, in rupees per square foot. Deeds state
// token prices of ₹100 or ₹1,001 for gifts and transfers within families.
const (
	// minBuiltPrice is a quarter of what the simplest permanent house costs to build: the state's
	// aid for it is ₹1.2 lakh for 25 m², or ₹446 per square foot (Pradhan Mantri Awaas
	// Yojana – Gramin, Framework for Implementation, 2016).
	minBuiltPrice = 100
	// minLandPrice is ₹2 lakh an acre (43,560 square feet), the price of poor farmland.
	minLandPrice = 5
	// maxPossiblePrice is more than three times the dearest flats, of ₹2.8 lakh per square foot.
	// Beyond it a price was entered in paise, or an area in another unit.
	maxPossiblePrice = 1_000_000
)

// How many times dearer or cheaper per square foot than the median around it a price may be. Of
// 4,483 sales and listings of King County, Melbourne and Delhi, 5 were beyond five times, and
// most of these had a wrong area; a price with a digit too many or too few is ten times off.
// Plots differ more, because a farm may adjoin a developed layout.
const (
	maxBuiltSpread = 5
	maxLandSpread  = 10
)

// The surroundings of a comparable: sales of its type, not of a wholly different size, near and
// not of another time.
const (
	// SurroundingsKM is how far around a comparable its surroundings reach.
	SurroundingsKM = 5
	// SurroundingSales is the maximum number of records, the nearest, that surroundings need.
	SurroundingSales = 100
	// SurroundingsYears is how long before or after a comparable its surroundings were sold.
	SurroundingsYears = 5

	minSurroundingSales = 5
	maxSurroundingSize  = 4 // times larger or smaller
)

// PriceBounds are the prices per square foot that are plausible somewhere.
type PriceBounds struct {
	Low, High float64 // rupees per square foot, both plausible
	// Sales is the number of sales that the bounds rest on, 0 if there are too few and only the
	// prices that are possible anywhere in India are known.
	Sales int
}

// Contain reports whether the price of the comparable is within the bounds.
func (b PriceBounds) Contain(c Comparable) bool {
	price := c.PricePerSqFt()
	return price >= b.Low && price <= b.High
}

// Violation returns the broken rule of a comparable whose price is not within the bounds.
func (b PriceBounds) Violation() FieldError {
	reason := "no sale at arm's length is cheaper or dearer"
	if b.Sales > 0 {
		reason = fmt.Sprintf("%d sales around it are near the middle of these", b.Sales)
	}
	return FieldError{
		Field: "price", Rule: "plausible",
		Message: fmt.Sprintf("must be %s to %s per square foot: %s", RupeesOf(math.Ceil(b.Low)), RupeesOf(math.Floor(b.High)), reason),
	}
}

// PossiblePrices returns the bounds of what properties of a type cost anywhere in India.
func PossiblePrices(kind PropertyType) PriceBounds {
	if kind == Land {
		return PriceBounds{Low: minLandPrice, High: maxPossiblePrice}
	}
	return PriceBounds{Low: minBuiltPrice, High: maxPossiblePrice}
}

// PlausiblePrices returns the bounds by the sales of a type in one place. Each sale must be given
// once (OnePerSale) and have a possible price. From fewer than five, it returns PossiblePrices.
func PlausiblePrices(kind PropertyType, sales []Comparable) PriceBounds {
	prices := make([]float64, len(sales))
	for i, c := range sales {
		prices[i] = c.PricePerSqFt()
	}
	return boundsAround(kind, prices)
}

// boundsAround returns the bounds by the prices per square foot of distinct sales.
func boundsAround(kind PropertyType, prices []float64) PriceBounds {
	possible := PossiblePrices(kind)
	if len(prices) < minSurroundingSales {
		return possible
	}
	slices.Sort(prices)
	spread := float64(maxBuiltSpread)
	if kind == Land {
		spread = maxLandSpread
	}
	middle := prices[len(prices)/2]
	return PriceBounds{Low: max(possible.Low, middle/spread), High: min(possible.High, middle*spread), Sales: len(prices)}
}

// PlausiblePrice reports whether the price of a comparable is plausible among the comparables
// around it, and returns the bounds that it must be within. The comparables around may be any:
// those that are no surroundings of c, were withdrawn, are records of the same sale or have an
// impossible price themselves do not count, and a sale of several records counts once.
func PlausiblePrice(c Comparable, around []Comparable) (bool, PriceBounds) {
	return SurroundingsOf(around).Judge(c)
}

// Surroundings are sales by which the prices of comparables are judged, each once.
type Surroundings struct{ sales []Comparable }

// SurroundingsOf returns the surroundings that the comparables make, for many judgements.
func SurroundingsOf(comparables []Comparable) Surroundings {
	var records []Comparable
	for _, c := range comparables {
		if c.Withdrawn == nil && c.AreaSqFt > 0 && PossiblePrices(c.Type).Contain(c) {
			records = append(records, c)
		}
	}
	return Surroundings{OnePerSale(records)}
}

// Judge is PlausiblePrice among these surroundings.
func (s Surroundings) Judge(c Comparable) (bool, PriceBounds) {
	prices := make([]float64, 0, len(s.sales))
	for _, o := range s.sales {
		if c.surroundedBy(o) {
			prices = append(prices, o.PricePerSqFt())
		}
	}
	bounds := boundsAround(c.Type, prices)
	return bounds.Contain(c), bounds
}

func (c Comparable) surroundedBy(o Comparable) bool {
	const longest = SurroundingsYears * 365.25 * 24 * time.Hour
	return o.Type == c.Type && o.ID != c.ID &&
		o.AreaSqFt <= maxSurroundingSize*c.AreaSqFt && c.AreaSqFt <= maxSurroundingSize*o.AreaSqFt &&
		c.SoldOn.Sub(o.SoldOn).Abs() <= longest &&
		c.Location.DistanceKM(o.Location) <= SurroundingsKM && !c.SameSale(o)
}
