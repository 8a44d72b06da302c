package domain

import (
	"cmp"
	"math"
	"slices"
)

// A sale is often known from several records: the registry has its deed, the lender its case, a
// broker the listing; and a record may be posted again under another number. These are the
// greatest differences between two records of one sale.
//
// They weigh two mistakes. Two records taken for two sales let a single sale pass for the
// evidence of several, and so decide an amount alone: that is fraud's way. Two sales taken for
// one only cost evidence, and with it perhaps a second signature. Therefore flats of one layout
// in one tower whose prices are within 2 % and whose days are within 10 count once; others of
// the same tower and month count each. Of 30 simulated sales in a tower within a year, prices
// scattered by 7 %, 27 remain; one sale posted eight times by one source, up to 2 % off in price
// and area, 10 days and 50 m, makes three or more in one trial of a hundred.
const (
	// oneSaleKM is the diagonal of a cell of coordinates that were rounded to three decimals
	// (157 m at the equator), and some more for a pin at the gate.
	oneSaleKM = 0.2
	// oneSalePrice is a share of the greater price.
	oneSalePrice = 0.02
	// oneSaleRounding is how far a price moves if it is rounded to the nearest lakh, as brokers
	// and lenders do. It exceeds oneSalePrice for homes below ₹25 lakh.
	oneSaleRounding = Lakh / 2
	// oneSaleArea is a share of the greater area, e.g. of 1,250 and 1,220 square feet.
	oneSaleArea = 0.03
	// oneSaleDays is for two records of one source, which knows its own day.
	oneSaleDays = 10
	// oneSaleLagDays is for two sources: a deed is registered weeks after the agreement, within
	// the four months of section 23 of the Registration Act, 1908, but mostly within six weeks.
	oneSaleLagDays = 45
)

// Registries write the carpet area, brokers the super built-up area, which is 25 to 40 % larger.
// Areas of two sources may therefore differ by up to maxLoading, if the prices are equal but for
// loadedPrice and the numbers of bedrooms do not differ.
const (
	maxLoading  = 1.45
	loadedPrice = 0.005
)

// SameSale reports whether both are records of one sale, as far as their facts can tell. It is
// symmetric, but not transitive: see GroupSales.
func (c Comparable) SameSale(o Comparable) bool {
	days := oneSaleDays
	if c.Source != o.Source {
		days = oneSaleLagDays
	}
	return c.Type == o.Type &&
		closePrices(c.Price, o.Price) &&
		math.Abs(c.SoldOn.Sub(o.SoldOn).Hours()) <= float64(24*days) &&
		(relativeGap(float64(c.AreaSqFt), float64(o.AreaSqFt)) <= oneSaleArea || c.sameButForLoading(o)) &&
		c.Location.DistanceKM(o.Location) <= oneSaleKM
}

func (c Comparable) sameButForLoading(o Comparable) bool {
	differ := c.Bedrooms != nil && o.Bedrooms != nil && *c.Bedrooms != *o.Bedrooms
	return c.Source != o.Source && c.Type != Land && !differ &&
		relativeGap(float64(c.Price), float64(o.Price)) <= loadedPrice &&
		float64(max(c.AreaSqFt, o.AreaSqFt)) <= maxLoading*float64(min(c.AreaSqFt, o.AreaSqFt))
}

func closePrices(a, b Rupees) bool {
	return max(a, b)-min(a, b) <= oneSaleRounding || relativeGap(float64(a), float64(b)) <= oneSalePrice
}

// relativeGap returns the difference as a share of the greater value, which must be positive.
func relativeGap(a, b float64) float64 { return math.Abs(a-b) / max(a, b) }

// GroupSales groups records by sale: two records are in one group if they are the same sale, or
// a chain of records that are connects them. The most reliable record of a sale (REGISTRY,
// then LENDER, then BROKER; of these the smallest ID) is the first of its group. The result does
// not depend on the order of the records.
func GroupSales(records []Comparable) [][]Comparable {
	places := make([]recordPlace, len(records))
	for i, c := range records {
		places[i] = recordPlace{c.Price, c.SoldOn.Unix() / secondsPerDay, i}
	}
	slices.SortFunc(places, func(a, b recordPlace) int { return cmp.Compare(a.price, b.price) })
	sets := newDisjoint(len(records))
	for n, a := range places {
		// Sorted by price, because no record beyond the price tolerance need be looked at.
		for _, b := range places[n+1:] {
			if !closePrices(a.price, b.price) {
				break
			}
			if max(a.day, b.day)-min(a.day, b.day) <= oneSaleLagDays && sets.find(a.i) != sets.find(b.i) && records[a.i].SameSale(records[b.i]) {
				sets.join(a.i, b.i)
			}
		}
	}
	members := make(map[int][]Comparable, len(records))
	for i, c := range records {
		members[sets.find(i)] = append(members[sets.find(i)], c)
	}
	groups := make([][]Comparable, 0, len(members))
	for _, group := range members {
		slices.SortFunc(group, moreReliable)
		groups = append(groups, group)
	}
	slices.SortFunc(groups, func(a, b []Comparable) int { return moreReliable(a[0], b[0]) })
	return groups
}

// OnePerSale returns the most reliable record of each sale.
func OnePerSale(records []Comparable) []Comparable {
	groups := GroupSales(records)
	first := make([]Comparable, len(groups))
	for i, group := range groups {
		first[i] = group[0]
	}
	return first
}

// DistinctSales returns the number of sales that the records are of.
func DistinctSales(records []Comparable) int { return len(GroupSales(records)) }

const secondsPerDay = 24 * 60 * 60

// recordPlace is the place of a record in the order of prices.
type recordPlace struct {
	price Rupees
	day   int64
	i     int // of the record
}

// moreReliable orders records, the most reliable first.
func moreReliable(a, b Comparable) int {
	return cmp.Or(
		cmp.Compare(slices.Index(ComparableSources, a.Source), slices.Index(ComparableSources, b.Source)),
		cmp.Compare(a.ID, b.ID), cmp.Compare(a.SourceID, b.SourceID),
	)
}

// disjoint is a union-find structure over 0…n−1: each number leads to another of its set, the
// root of a set to itself.
type disjoint []int

func newDisjoint(n int) disjoint {
	d := make(disjoint, n)
	for i := range d {
		d[i] = i
	}
	return d
}

func (d disjoint) find(i int) int {
	for d[i] != i {
		d[i] = d[d[i]]
		i = d[i]
	}
	return i
}

func (d disjoint) join(i, j int) { d[d.find(i)] = d.find(j) }
