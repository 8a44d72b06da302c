package demodata

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

const (
	// seed is fixed, so that every demo is the same.
	seed = 20261123
	// soldDays is the age of the oldest sales in days: about eighteen months.
	soldDays = 547
	// spreadKM is the standard deviation of the distance, north and east, from the locality's
	// centre.
	spreadKM = 0.6
	// elasticity is the exponent of the area in a price: larger properties cost less per square
	// foot.
	elasticity = 0.92
	// wear is the share of its value that a building loses per year.
	wear = 0.006
	// scatter is the standard deviation of the logarithm of a price around the other factors.
	scatter = 0.07
	// oldest is the age in years of the oldest buildings.
	oldest = 30
)

// Comparables returns about 2,000 invented sales of the eighteen months before now, oldest
// first. The same now gives the same sales, except for their ids, which newID returns. Each is
// valid (domain.Comparable.Validate), was created now, and has no creator.
func Comparables(now time.Time, newID func() string) []domain.Comparable {
	g := generator{random: rand.New(rand.NewPCG(seed, seed)), now: now} //nolint:gosec // repeatable, and decides nothing secret
	var sales []domain.Comparable
	for _, c := range cities {
		elsewhere := len(sales)
		for _, l := range c.localities {
			for _, k := range kinds {
				for range k.number {
					s := g.sale(c, l, k)
					for slices.ContainsFunc(sales[elsewhere:], s.SameSale) { // it would be no evidence of its own
						s = g.sale(c, l, k)
					}
					sales = append(sales, s)
				}
			}
		}
	}
	slices.SortStableFunc(sales, func(a, b domain.Comparable) int {
		return cmp.Or(a.SoldOn.Compare(b.SoldOn), cmp.Compare(a.SourceID, b.SourceID))
	})
	for i := range sales {
		sales[i].ID = domain.ComparableID(newID())
	}
	return sales
}

// generator draws sales one after the other.
type generator struct {
	random *rand.Rand
	now    time.Time
	count  int
}

func (g *generator) sale(c city, l locality, k kind) domain.Comparable {
	days := 3 + g.random.IntN(soldDays-3)
	s := domain.Comparable{
		Type: k.property, Locality: l.name, City: c.name, Pincode: l.pincode, Location: g.near(l.centre),
		AreaSqFt: g.area(k), SoldOn: domain.Date(g.now).AddDate(0, 0, -days), CreatedAt: g.now,
	}
	g.count++
	s.Source, s.SourceID = g.source(c, s.SoldOn.Year())
	age := 0
	if k.property != domain.Land {
		age = g.random.IntN(oldest + 1)
		built := s.SoldOn.Year() - age
		s.YearBuilt = &built
	}
	if k.perBedroom > 0 {
		bedrooms := min(max(1, s.AreaSqFt/k.perBedroom), 6)
		bathrooms := max(1, bedrooms-g.random.IntN(2))
		s.Bedrooms, s.Bathrooms = &bedrooms, &bathrooms
	}
	const usualArea = 1200
	worth := l.perSqFt * k.premium * usualArea * math.Pow(float64(s.AreaSqFt)/usualArea, elasticity) *
		math.Exp(-wear*float64(age)-c.growth*float64(days)/365.25+scatter*g.random.NormFloat64())
	s.Price = domain.RupeesOf(worth).RoundTo(10_000)
	return s
}

// near returns a random point around a centre.
func (g *generator) near(centre domain.Point) domain.Point {
	const kmPerDegree = math.Pi / 180 * domain.EarthRadiusKM
	round := func(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }
	return domain.Point{
		Lat: round(centre.Lat + spreadKM*g.random.NormFloat64()/kmPerDegree),
		Lng: round(centre.Lng + spreadKM*g.random.NormFloat64()/kmPerDegree/math.Cos(centre.Lat*math.Pi/180)),
	}
}

// area draws an area in steps of five square feet; most are in the lower middle.
func (g *generator) area(k kind) int {
	share := math.Pow((g.random.Float64()+g.random.Float64())/2, 1.5)
	return k.least + int(share*float64(k.most-k.least))/5*5
}

// source draws the source of a sale: six in ten come from the registry.
func (g *generator) source(c city, year int) (domain.ComparableSource, string) {
	switch n := g.random.IntN(20); {
	case n < 12:
		return domain.SourceRegistry, fmt.Sprintf("%s-%d-%06d", c.state, year, g.count)
	case n < 17:
		return domain.SourceLender, fmt.Sprintf("LAP-%d-%06d", year, g.count)
	}
	return domain.SourceBroker, fmt.Sprintf("BR-%s-%06d", c.state, g.count)
}
