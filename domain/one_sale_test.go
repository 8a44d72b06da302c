package domain_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func TestSameSale(t *testing.T) {
	t.Parallel()
	broker := func(c *domain.Comparable) { c.Source, c.SourceID = domain.SourceBroker, "B-1" }
	cheap := func(a, b *domain.Comparable) { a.Price, b.Price = 12*domain.Lakh, 12*domain.Lakh }
	for name, c := range map[string]struct {
		differ func(a, b *domain.Comparable)
		want   bool
	}{
		"posted again":                     {func(_, b *domain.Comparable) { b.SourceID = "BLR-2026-2" }, true},
		"of another source":                {func(_, b *domain.Comparable) { broker(b) }, true},
		"of another type":                  {func(_, b *domain.Comparable) { b.Type = domain.House }, false},
		"coordinates of three decimals":    {func(_, b *domain.Comparable) { b.Location.Lat += 0.001; b.Location.Lng += 0.001 }, true},
		"a street on":                      {func(_, b *domain.Comparable) { b.Location = *north(0.22) }, false},
		"2 % dearer":                       {func(_, b *domain.Comparable) { b.Price = b.Price * 102 / 100 }, true},
		"3 % dearer":                       {func(_, b *domain.Comparable) { b.Price = b.Price * 103 / 100 }, false},
		"cheap, rounded to the lakh":       {func(a, b *domain.Comparable) { cheap(a, b); a.Price += domain.Lakh / 2 }, true},
		"cheap, and a lakh dearer":         {func(a, b *domain.Comparable) { cheap(a, b); a.Price += domain.Lakh }, false},
		"a rounded area":                   {func(_, b *domain.Comparable) { b.AreaSqFt = 975 }, true},
		"a larger flat":                    {func(_, b *domain.Comparable) { b.AreaSqFt = 1050 }, false},
		"a larger flat of another source":  {func(_, b *domain.Comparable) { broker(b); b.AreaSqFt, b.Price = 1200, b.Price*101/100 }, false},
		"carpet area at the registry":      {func(a, b *domain.Comparable) { broker(b); a.AreaSqFt, b.AreaSqFt = 1000, 1350 }, true},
		"carpet area of one source":        {func(a, b *domain.Comparable) { a.AreaSqFt, b.AreaSqFt = 1000, 1350 }, false},
		"carpet area, another bedroom":     {func(_, b *domain.Comparable) { broker(b); b.AreaSqFt, b.Bedrooms = 1350, ptr(3) }, false},
		"carpet area, bedrooms unknown":    {func(_, b *domain.Comparable) { broker(b); b.AreaSqFt, b.Bedrooms = 1350, nil }, true},
		"far more than carpet area":        {func(_, b *domain.Comparable) { broker(b); b.AreaSqFt = 1500 }, false},
		"land has no carpet area":          {func(a, b *domain.Comparable) { broker(b); a.Type, b.Type, b.AreaSqFt = domain.Land, domain.Land, 1350 }, false},
		"ten days later":                   {func(_, b *domain.Comparable) { b.SoldOn = b.SoldOn.AddDate(0, 0, -10) }, true},
		"two weeks later":                  {func(_, b *domain.Comparable) { b.SoldOn = b.SoldOn.AddDate(0, 0, -14) }, false},
		"registered six weeks later":       {func(_, b *domain.Comparable) { broker(b); b.SoldOn = b.SoldOn.AddDate(0, 0, -45) }, true},
		"known to a broker two months ago": {func(_, b *domain.Comparable) { broker(b); b.SoldOn = b.SoldOn.AddDate(0, 0, -60) }, false},
		"a little off in everything": {func(_, b *domain.Comparable) {
			broker(b)
			b.Price, b.AreaSqFt, b.Location, b.SoldOn = b.Price*985/1000, 980, *north(0.15), b.SoldOn.AddDate(0, 0, -30)
		}, true},
	} {
		a, b := sale(), sale()
		b.ID = "c-2"
		c.differ(&a, &b)
		assert.Equal(t, c.want, a.SameSale(b), name)
		assert.Equal(t, c.want, b.SameSale(a), "%s, the other way round", name)
		assert.Equal(t, map[bool]int{true: 1, false: 2}[c.want], domain.DistinctSales([]domain.Comparable{a, b}), name)
	}
}

// anyRecords draws records of a few sales in one street.
func anyRecords(t *rapid.T) []domain.Comparable {
	n := rapid.IntRange(0, 25).Draw(t, "records")
	records := make([]domain.Comparable, n)
	for i := range records {
		c := sale()
		c.ID = domain.ComparableID(fmt.Sprintf("c-%02d", i))
		c.Source = rapid.SampledFrom(domain.ComparableSources).Draw(t, "source")
		c.Price = domain.Rupees(rapid.IntRange(90, 110).Draw(t, "lakh")) * domain.Lakh
		c.AreaSqFt = 10 * rapid.IntRange(95, 110).Draw(t, "area")
		c.Location = *north(float64(rapid.IntRange(0, 500).Draw(t, "metres")) / 1000)
		c.SoldOn = c.SoldOn.AddDate(0, 0, -rapid.IntRange(0, 90).Draw(t, "days"))
		records[i] = c
	}
	return records
}

// TestGroupsOfSales compares the groups with the definition: the connected parts of SameSale.
func TestGroupsOfSales(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := anyRecords(t)
		groups := domain.GroupSales(records)
		group := map[domain.ComparableID]int{}
		for g, members := range groups {
			require.NotEmpty(t, members)
			for _, c := range members {
				require.NotContains(t, group, c.ID, "each record once")
				group[c.ID] = g
			}
		}
		require.Len(t, group, len(records))
		reached := reachable(records)
		for i, a := range records {
			for j, b := range records {
				require.Equal(t, reached[i][j], group[a.ID] == group[b.ID], "%s and %s", a.ID, b.ID)
			}
		}
		shuffled := rapid.Permutation(records).Draw(t, "order")
		require.Equal(t, groups, domain.GroupSales(shuffled))
		require.Equal(t, len(groups), domain.DistinctSales(shuffled))
	})
}

// reachable is Warshall's closure of SameSale.
func reachable(records []domain.Comparable) [][]bool {
	to := make([][]bool, len(records))
	for i, a := range records {
		to[i] = make([]bool, len(records))
		for j, b := range records {
			to[i][j] = i == j || a.SameSale(b)
		}
	}
	for k := range to {
		for i := range to {
			for j := range to {
				to[i][j] = to[i][j] || to[i][k] && to[k][j]
			}
		}
	}
	return to
}

func TestTheMostReliableRecordComesFirst(t *testing.T) {
	t.Parallel()
	records := make([]domain.Comparable, 0, 4)
	for _, c := range []struct {
		id     domain.ComparableID
		source domain.ComparableSource
	}{{"a", domain.SourceBroker}, {"b", domain.SourceLender}, {"d", domain.SourceRegistry}, {"c", domain.SourceRegistry}} {
		s := sale()
		s.ID, s.Source = c.id, c.source
		records = append(records, s)
	}
	once := domain.OnePerSale(records)
	require.Len(t, once, 1)
	assert.Equal(t, domain.ComparableID("c"), once[0].ID)
	once = domain.OnePerSale(records[:2])
	require.Len(t, once, 1)
	assert.Equal(t, domain.ComparableID("b"), once[0].ID)
	assert.Empty(t, domain.OnePerSale(nil))
}

// simulate returns how many distinct sales there are in each of 200 draws of n records.
func simulate(n int, draw func(random *rand.Rand, i int, c *domain.Comparable)) []int {
	random := rand.New(rand.NewPCG(1, 2))
	counts := make([]int, 200)
	for trial := range counts {
		records := make([]domain.Comparable, n)
		for i := range records {
			records[i] = sale()
			records[i].ID = domain.ComparableID(fmt.Sprintf("c-%02d", i))
			records[i].Source = domain.ComparableSources[i%len(domain.ComparableSources)]
			draw(random, i, &records[i])
		}
		counts[trial] = domain.DistinctSales(records)
	}
	return counts
}

func mean(counts []int) float64 {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return float64(sum) / float64(len(counts))
}

// TestOneSalePostedManyTimes posts a sale eight times with small differences, which must not make
// the three sales from which the model suggests an amount.
func TestOneSalePostedManyTimes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		off    float64 // share of price and area
		days   int
		metres float64
		oneBy  domain.ComparableSource
		enough float64 // share of trials with three sales or more
	}{
		"by three sources":            {0.01, 5, 30, "", 0},
		"by three sources, far apart": {0.02, 10, 50, "", 0.02},
		"by a broker":                 {0.01, 5, 30, domain.SourceBroker, 0},
		"by the registry, far apart":  {0.02, 7, 50, domain.SourceRegistry, 0.05},
	} {
		uniform := func(random *rand.Rand) float64 { return 2*random.Float64() - 1 }
		counts := simulate(8, func(random *rand.Rand, _ int, s *domain.Comparable) {
			s.Price = domain.RupeesOf(float64(s.Price) * (1 + c.off*uniform(random)))
			s.AreaSqFt = int(float64(s.AreaSqFt) * (1 + c.off*uniform(random)))
			s.Location = *north(c.metres * uniform(random) / 1000)
			s.SoldOn = s.SoldOn.Add(time.Duration(random.IntN(2*c.days+1)) * -24 * time.Hour)
			if c.oneBy != "" {
				s.Source = c.oneBy
			}
		})
		tooMany := 0
		for _, n := range counts {
			if n >= 3 {
				tooMany++
			}
		}
		assert.LessOrEqual(t, float64(tooMany)/float64(len(counts)), c.enough, name)
	}
}

// TestSalesOfOneTower sells flats of four layouts in one tower. They must not become one sale,
// even in the month in which a developer sells them by a list of prices.
func TestSalesOfOneTower(t *testing.T) {
	t.Parallel()
	layouts := []int{800, 1100, 1250, 1600}
	tower := func(scatter float64, days int) []int {
		return simulate(30, func(random *rand.Rand, _ int, s *domain.Comparable) {
			s.AreaSqFt = layouts[random.IntN(len(layouts))]
			s.Price = domain.RupeesOf(9000 * float64(s.AreaSqFt) * math.Exp(scatter*random.NormFloat64()))
			s.SoldOn = s.SoldOn.AddDate(0, 0, -random.IntN(days))
			s.Bedrooms = ptr(s.AreaSqFt / 500)
		})
	}
	assert.Greater(t, mean(tower(0.07, 365)), 26.0, "of 30 in a year")
	assert.Greater(t, mean(tower(0.05, 30)), 13.0, "of 30 in the month of a launch")
	week := simulate(6, func(_ *rand.Rand, i int, s *domain.Comparable) {
		s.Source, s.Price = domain.SourceRegistry, s.Price+domain.Rupees(i)*5*domain.Lakh/2
	})
	assert.InDelta(t, 6, mean(week), 0, "six flats of a layout on one day, each ₹2.5 lakh dearer than the one below")
}
