package estimate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
)

// t0 is when the tests' stories begin: 23 November 2026, 10:00 in India.
var t0 = time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC)

// indiranagar is where the subjects of these tests lie; a degree is about 111 km.
var indiranagar = domain.Point{Lat: 12.9719, Lng: 77.6412}

func flat(area int) domain.SubjectProperty {
	return domain.SubjectProperty{
		Type: domain.Apartment, Location: indiranagar, AreaSqFt: area,
		Bedrooms: new(3), Bathrooms: new(2), YearBuilt: new(2015),
	}
}

// soldFlat is a sale so many kilometres north of the subject and months ago.
func soldFlat(id string, area int, price domain.Rupees, km, months float64) domain.Comparable {
	at := indiranagar
	at.Lat += km / (math.Pi / 180 * domain.EarthRadiusKM)
	return domain.Comparable{
		ID: domain.ComparableID(id), Source: domain.SourceRegistry, SourceID: id, Type: domain.Apartment,
		City: "Bengaluru", Pincode: "560038", Location: at, AreaSqFt: area,
		Bedrooms: new(3), Bathrooms: new(2), YearBuilt: new(2015),
		Price: price, SoldOn: domain.Date(t0.Add(-time.Duration(months * 365.25 / 12 * 24 * float64(time.Hour)))),
	}
}

// soldFlats are n sales at ₹12,000 per square foot, more or less by the scatter. No two are so
// alike that they could be one.
func soldFlats(n int, km, months, scatter float64) []domain.Comparable {
	sales := make([]domain.Comparable, n)
	for i := range sales {
		off := 1 + scatter*float64(i%3-1)
		area := 1000 + 40*i
		price := domain.RupeesOf(12_000 * float64(area) * off)
		sales[i] = soldFlat(fmt.Sprintf("sale-%02d", i), area, price, km, months)
	}
	return sales
}

// anyFlats draws sales around the subject, some of them unusable.
func anyFlats(t *rapid.T) []domain.Comparable {
	n := rapid.IntRange(0, 40).Draw(t, "sales")
	sales := make([]domain.Comparable, n)
	for i := range sales {
		area := rapid.IntRange(250, 5000).Draw(t, "area")
		perSqFt := rapid.Float64Range(4_000, 16_000).Draw(t, "per_sqft")
		c := soldFlat(fmt.Sprintf("sale-%02d", i), area, domain.RupeesOf(perSqFt*float64(area)),
			rapid.Float64Range(0, 6).Draw(t, "km"), rapid.Float64Range(0, 27).Draw(t, "months"))
		c.Location.Lng += rapid.Float64Range(-0.03, 0.03).Draw(t, "east")
		if rapid.Bool().Draw(t, "bare") {
			c.Bedrooms, c.Bathrooms, c.YearBuilt = nil, nil, nil
		}
		sales[i] = c
	}
	return sales
}

func TestSuggestHoldsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		subject, sales := flat(rapid.IntRange(300, 4000).Draw(t, "subject")), anyFlats(t)
		s := estimate.Suggest(subject, sales, domain.DefaultSettings(), t0)

		require.Equal(t, estimate.ModelName, s.Model)
		if s.Amount == 0 {
			require.Equal(t, domain.Suggestion{Model: estimate.ModelName}, s)
			return
		}
		require.GreaterOrEqual(t, len(s.Comparables), 3)
		require.LessOrEqual(t, len(s.Comparables), 15)
		require.LessOrEqual(t, s.Low, s.Amount)
		require.LessOrEqual(t, s.Amount, s.High)
		require.Positive(t, s.Low)
		require.Positive(t, s.ForecastSD)
		require.GreaterOrEqual(t, s.Confidence, 0)
		require.LessOrEqual(t, s.Confidence, 100)

		least, most, sum := math.Inf(1), 0.0, 0.0
		for i, c := range s.Comparables {
			price := float64(c.AdjustedPrice)
			least, most, sum = min(least, price), max(most, price), sum+c.Weight
			require.GreaterOrEqual(t, c.Weight, 0.0)
			require.LessOrEqual(t, c.DistanceKM, 5.0)
			if i > 0 {
				require.LessOrEqual(t, c.Weight, s.Comparables[i-1].Weight, "heaviest first")
			}
		}
		require.InDelta(t, 1, sum, 1e-9)
		rounding := 0.0005*float64(s.Amount) + 1
		require.GreaterOrEqual(t, float64(s.Amount), least-rounding)
		require.LessOrEqual(t, float64(s.Amount), most+rounding)
	})
}

func TestSuggestIgnoresTheOrderOfCandidates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sales := anyFlats(t)
		shuffled := rapid.Permutation(sales).Draw(t, "order")
		set := domain.DefaultSettings()
		require.Equal(t, estimate.Suggest(flat(1200), sales, set, t0), estimate.Suggest(flat(1200), shuffled, set, t0))
	})
}

func TestSuggestFollowsTheUnitOfPrice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sales := anyFlats(t)
		for i := range sales {
			sales[i].Price *= 10 // so dear that rounding to a lakh is far below 2 %
		}
		factor := domain.Rupees(rapid.IntRange(2, 6).Draw(t, "factor"))
		scaled := slices.Clone(sales)
		for i := range scaled {
			scaled[i].Price *= factor
		}
		s := estimate.Suggest(flat(1200), sales, domain.DefaultSettings(), t0)
		many := estimate.Suggest(flat(1200), scaled, domain.DefaultSettings(), t0)
		require.InEpsilon(t, float64(s.Amount*factor)+1, float64(many.Amount)+1, 0.002)
		require.InDelta(t, s.ForecastSD, many.ForecastSD, 1e-6)
		require.InDelta(t, s.Confidence, many.Confidence, 1)
	})
}

func TestSuggestFindsAKnownMarket(t *testing.T) {
	t.Parallel()
	// Prices ∝ area^0.9, rising 0.7 % a month: today's 1,500 sq ft are worth ₹1.5 crore.
	const monthly, elasticity, worth = 0.007, 0.9, 1.5e7
	var sales []domain.Comparable
	for i := range 200 {
		area, months, km := 900+(i*37)%1200, float64((i*7)%22)+0.5, float64(i%11)*0.3
		price := worth * math.Pow(float64(area)/1500, elasticity) * math.Exp(-monthly*months)
		sales = append(sales, soldFlat(fmt.Sprintf("sale-%03d", i), area, domain.RupeesOf(price), km, months))
	}
	s := estimate.Suggest(flat(1500), sales, domain.DefaultSettings(), t0)
	assert.InEpsilon(t, worth, float64(s.Amount), 0.01)
	for _, c := range s.Comparables {
		months := c.AgeMonths
		require.Equal(t, domain.AdjustTime, c.Adjustments[0].Kind)
		assert.InDelta(t, 100*math.Expm1(monthly*months), c.Adjustments[0].Percent, 1.5)
		assert.InEpsilon(t, worth, float64(c.AdjustedPrice), 0.03)
	}
}

func TestSuggestUsesOnlyWhatIsComparable(t *testing.T) {
	t.Parallel()
	spoilt := map[string]func(c *domain.Comparable){
		"another type":     func(c *domain.Comparable) { c.Type = domain.Land },
		"too old":          func(c *domain.Comparable) { c.SoldOn = domain.Date(t0).AddDate(0, -24, -1) },
		"not sold yet":     func(c *domain.Comparable) { c.SoldOn = domain.Date(t0).AddDate(0, 0, 1) },
		"too far":          func(c *domain.Comparable) { c.Location.Lat += 5.2 / 111.2 },
		"in the corner":    func(c *domain.Comparable) { c.Location.Lat += 4.5 / 111.2; c.Location.Lng += 4.5 / 108.4 },
		"far larger":       func(c *domain.Comparable) { c.AreaSqFt *= 5; c.Price *= 5 },
		"absurdly dear":    func(c *domain.Comparable) { c.Price *= 10 },
		"absurdly cheap":   func(c *domain.Comparable) { c.Price /= 10 },
		"without a price":  func(c *domain.Comparable) { c.Price = 0 },
		"without any area": func(c *domain.Comparable) { c.AreaSqFt = 0 },
	}
	for name, spoil := range spoilt {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sales := soldFlats(9, 0, 3, 0.04)
			odd := soldFlat("odd", 1050, 12_600_000, 0, 3)
			with := estimate.Suggest(flat(1100), append(sales, odd), domain.DefaultSettings(), t0)
			require.True(t, slices.ContainsFunc(with.Comparables, isOdd), "usable as it is")
			spoil(&odd)
			without := estimate.Suggest(flat(1100), append(sales, odd), domain.DefaultSettings(), t0)
			assert.False(t, slices.ContainsFunc(without.Comparables, isOdd))
			assert.Equal(t, estimate.Suggest(flat(1100), sales, domain.DefaultSettings(), t0), without)
		})
	}
}

func isOdd(c domain.AdjustedComparable) bool { return c.Comparable.ID == "odd" }

func TestSuggestStaysSilentWithoutEvidence(t *testing.T) {
	t.Parallel()
	set := domain.DefaultSettings()
	assert.Zero(t, estimate.Suggest(flat(1100), nil, set, t0).Amount)
	assert.Zero(t, estimate.Suggest(flat(1100), soldFlats(2, 0.5, 3, 0), set, t0).Amount)
	assert.NotZero(t, estimate.Suggest(flat(1100), soldFlats(3, 0.5, 3, 0), set, t0).Amount)
	assert.Zero(t, estimate.Suggest(flat(0), soldFlats(9, 0.5, 3, 0), set, t0).Amount, "no area")
}

func TestSuggestNeverExceedsTheGreatestAmount(t *testing.T) {
	t.Parallel()
	sales := soldFlats(5, 0.5, 3, 0)
	for i := range sales {
		sales[i].AreaSqFt *= 3000
		sales[i].Price = domain.MaxAmount - domain.Rupees(i)*30*domain.Lakh*domain.Lakh/100
	}
	s := estimate.Suggest(flat(domain.MaxAreaSqFt), sales, domain.DefaultSettings(), t0)
	assert.Equal(t, domain.MaxAmount, s.Amount)
	assert.Equal(t, domain.MaxAmount, s.High)
}

func TestSuggestResistsAnOutlyingSale(t *testing.T) {
	t.Parallel()
	sales := soldFlats(9, 0.3, 3, 0.04)
	before := estimate.Suggest(flat(1100), sales, domain.DefaultSettings(), t0).Amount
	sales[4].Price = sales[4].Price * 7 / 5 // not absurd, but 40 % off
	after := estimate.Suggest(flat(1100), sales, domain.DefaultSettings(), t0).Amount
	assert.Less(t, after.DeviationPercent(before), 3.0, "a plain mean would move by 4 %% or more")
}

// TestConfidenceFallsWithTheEvidence also pins the forecast SD of clean evidence.
func TestConfidenceFallsWithTheEvidence(t *testing.T) {
	t.Parallel()
	of := func(sales []domain.Comparable) domain.Suggestion {
		return estimate.Suggest(flat(1100), sales, domain.DefaultSettings(), t0)
	}
	good := of(soldFlats(15, 0.5, 3, 0.03))
	assert.InDelta(t, 0.09, good.ForecastSD, 0.02)
	assert.InDelta(t, 87, good.Confidence, 5)
	for name, worse := range map[string]domain.Suggestion{
		"scattered": of(soldFlats(15, 0.5, 3, 0.25)),
		"few":       of(soldFlats(4, 0.5, 3, 0.03)),
		"far":       of(soldFlats(15, 4, 3, 0.03)),
		"old":       of(soldFlats(15, 0.5, 20, 0.03)),
	} {
		assert.Less(t, worse.Confidence, good.Confidence-5, name)
		assert.Positive(t, worse.Confidence, name)
	}
	scattered := of(soldFlats(15, 0.5, 3, 0.25))
	assert.Greater(t, scattered.ForecastSD, 1.5*good.ForecastSD)
	assert.Greater(t, scattered.High-scattered.Low, good.High-good.Low)
	unlike := estimate.Suggest(flat(3000), soldFlats(15, 0.5, 3, 0.03), domain.DefaultSettings(), t0)
	assert.Greater(t, unlike.ForecastSD, 1.5*good.ForecastSD, "large adjustments are uncertain")
}

func TestSimilarSalesWeighMore(t *testing.T) {
	t.Parallel()
	twin := soldFlat("twin", 1100, 13_000_000, 0.2, 1)
	for name, differ := range map[string]func(c *domain.Comparable){
		"farther":           func(c *domain.Comparable) { c.Location.Lng += 0.02 },
		"older sale":        func(c *domain.Comparable) { c.SoldOn = c.SoldOn.AddDate(0, -20, 0) },
		"larger":            func(c *domain.Comparable) { c.AreaSqFt = 1500 },
		"fewer bedrooms":    func(c *domain.Comparable) { c.Bedrooms = new(1) },
		"unknown bedrooms":  func(c *domain.Comparable) { c.Bedrooms = nil },
		"more bathrooms":    func(c *domain.Comparable) { c.Bathrooms = new(4) },
		"an older building": func(c *domain.Comparable) { c.YearBuilt = new(1985) },
	} {
		other := twin
		other.ID, other.SoldOn = "other", twin.SoldOn.AddDate(0, 0, 11) // a sale of its own, and newer
		differ(&other)
		sales := append(soldFlats(8, 0.8, 6, 0.05), twin, other)
		weights := map[domain.ComparableID]float64{}
		for _, c := range estimate.Suggest(flat(1100), sales, domain.DefaultSettings(), t0).Comparables {
			weights[c.Comparable.ID] = c.Weight
		}
		assert.Greater(t, weights["twin"], weights["other"], name)
	}
}

func TestAdjustBringsSalesToTheSubject(t *testing.T) {
	t.Parallel()
	set := domain.DefaultSettings()
	sales := soldFlats(30, 0.5, 3, 0.05)
	larger := soldFlat("larger", 2200, 26_000_000, 1, 6)
	larger.YearBuilt = new(2005)
	undated := soldFlat("undated", 800, 9_600_000, 9, 40)
	undated.YearBuilt = nil
	subject := flat(1100)

	s := estimate.Suggest(subject, sales, set, t0)
	heaviest := s.Comparables[0].Comparable
	chosen := estimate.Adjust(subject, []domain.Comparable{larger, heaviest, undated}, sales, set, t0)
	require.Len(t, chosen, 3)

	assert.Equal(t, s.Comparables[0], chosen[1], "the same adjustments and weight as in the suggestion")
	assert.Zero(t, chosen[0].Weight, "no part of the suggestion")
	kinds := func(a domain.AdjustedComparable) (kinds []domain.AdjustmentKind) {
		for _, step := range a.Adjustments {
			kinds = append(kinds, step.Kind)
		}
		return kinds
	}
	assert.Equal(t, []domain.AdjustmentKind{domain.AdjustTime, domain.AdjustSize, domain.AdjustAge}, kinds(chosen[0]))
	assert.Equal(t, []domain.AdjustmentKind{domain.AdjustTime, domain.AdjustSize}, kinds(chosen[2]), "its year is not known")
	assert.Less(t, chosen[0].Adjustments[1].Percent, -30.0, "the subject is half as large")
	assert.Greater(t, chosen[2].Adjustments[1].Percent, 20.0, "the subject is larger")
	assert.InDelta(t, 9, chosen[2].DistanceKM, 0.01)
	assert.InDelta(t, 40, chosen[2].AgeMonths, 0.1)
	for _, a := range chosen {
		price := float64(a.Comparable.Price)
		for _, step := range a.Adjustments {
			price *= 1 + step.Percent/100
		}
		assert.InDelta(t, price, float64(a.AdjustedPrice), 1, "the steps explain the price")
	}
}

func TestAdjustWithoutAMarketUsesWhatIsUsual(t *testing.T) {
	t.Parallel()
	a := estimate.Adjust(flat(2000), []domain.Comparable{soldFlat("only", 1000, 10_000_000, 1, 6)}, nil, domain.DefaultSettings(), t0)
	require.Len(t, a, 1)
	assert.InDelta(t, 0, a[0].Adjustments[0].Percent, 1e-9, "no trend is assumed")
	assert.InDelta(t, 10_000_000*math.Pow(2, 0.8), float64(a[0].AdjustedPrice), 2, "price ∝ area^0.8")
}

// BenchmarkSuggest values one flat from 2,000 candidates and prints how much longer that
// takes than the plain mean of the ten most similar.
func BenchmarkSuggest(b *testing.B) {
	var sales []domain.Comparable
	for i := range estimate.MaxCandidates {
		sales = append(sales, soldFlat(fmt.Sprintf("sale-%04d", i), 800+(i*53)%1400, domain.RupeesOf(12_000*float64(1200+i%700)),
			float64(i%97)/20, float64(i%23)))
	}
	set, subject := domain.DefaultSettings(), flat(1200)
	start := time.Now()
	for range 20 {
		meanOfTen(subject, sales)
	}
	baseline := time.Since(start) / 20
	for b.Loop() {
		estimate.Suggest(subject, sales, set, t0)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(baseline), "×mean-of-ten")
}
