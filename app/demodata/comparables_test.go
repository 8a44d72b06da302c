package demodata

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
)

var now = time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)

func counter() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("id-%04d", n) }
}

func TestComparablesAreValidAndTheSameEveryTime(t *testing.T) {
	t.Parallel()
	sales := Comparables(now, counter())
	assert.InDelta(t, 2000, len(sales), 50)
	assert.Equal(t, sales, Comparables(now, counter()))
	ids, numbers := map[domain.ComparableID]bool{}, map[string]bool{}
	types, sources := map[domain.PropertyType]int{}, map[domain.ComparableSource]int{}
	for i, s := range sales {
		require.NoError(t, s.Validate(now), "%+v", s)
		ids[s.ID], numbers[string(s.Source)+s.SourceID] = true, true
		types[s.Type]++
		sources[s.Source]++
		require.True(t, s.SoldOn.After(now.AddDate(0, -18, -2)), s.SoldOn)
		require.True(t, i == 0 || !s.SoldOn.Before(sales[i-1].SoldOn), "oldest first")
		require.True(t, s.YearBuilt == nil || *s.YearBuilt <= s.SoldOn.Year())
		require.Equal(t, s.Type == domain.Land, s.YearBuilt == nil)
	}
	assert.Len(t, ids, len(sales))
	assert.Len(t, numbers, len(sales))
	assert.Len(t, types, len(domain.PropertyTypes))
	assert.Len(t, sources, len(domain.ComparableSources))
}

func TestComparablesAreValidOnEveryDay(t *testing.T) {
	t.Parallel()
	for _, day := range []time.Time{
		time.Date(2024, 2, 29, 20, 0, 0, 0, time.UTC), time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2027, 12, 31, 18, 31, 0, 0, time.UTC),
	} {
		for _, s := range Comparables(day, counter()) {
			require.NoError(t, s.Validate(day))
		}
	}
}

// TestEachSaleIsEvidenceOfItsOwn asks of the sales what the evidence gate asks: no two pass for one
// sale, and each has a plausible price among the others.
func TestEachSaleIsEvidenceOfItsOwn(t *testing.T) {
	t.Parallel()
	sales := Comparables(now, counter())
	for _, records := range domain.GroupSales(sales) {
		assert.Len(t, records, 1)
	}
	for _, s := range sales {
		plausible, bounds := domain.PlausiblePrice(s, sales)
		assert.True(t, plausible, "%+v: %+v", s, bounds)
	}
}

// TestTheModelFindsWhatThePricesWereMadeFrom values a flat, and one property of each type,
// in every locality.
func TestTheModelFindsWhatThePricesWereMadeFrom(t *testing.T) {
	t.Parallel()
	sales, set := Comparables(now, counter()), domain.DefaultSettings()
	var errs []float64
	inside, sure, all := 0, 0, 0
	for _, c := range cities {
		for _, l := range c.localities {
			for _, k := range kinds {
				area, age := (k.least+k.most)/3, 10
				subject := domain.SubjectProperty{Type: k.property, Location: l.centre, AreaSqFt: area}
				if k.property == domain.Land {
					age = 0
				} else {
					built := now.Year() - age
					subject.YearBuilt = &built
				}
				worth := l.perSqFt * k.premium * 1200 * math.Pow(float64(area)/1200, elasticity) * math.Exp(-wear*float64(age))
				s := estimate.Suggest(subject, sales, set, now)
				require.NotZero(t, s.Amount, "%s in %s", k.property, l.name)
				all++
				off := math.Abs(float64(s.Amount)/worth - 1)
				errs = append(errs, off)
				if float64(s.Low) <= worth && worth <= float64(s.High) {
					inside++
				}
				if s.Confidence >= set.MinConfidence {
					sure++
				}
				if k.property == domain.Apartment {
					assert.Less(t, off, 0.15, "a flat in %s", l.name)
					assert.GreaterOrEqual(t, s.Confidence, 50, "a flat in %s", l.name)
				}
			}
		}
	}
	slices.Sort(errs)
	t.Logf("%d subjects: median error %.1f %%, 90th percentile %.1f %%, 80 %% range holds %.0f %%, confidence ≥ %d: %.0f %%",
		all, 100*errs[all/2], 100*errs[all*9/10], 100*float64(inside)/float64(all), set.MinConfidence, 100*float64(sure)/float64(all))
	assert.Less(t, errs[all/2], 0.08)
}

func ExampleComparables() {
	sales := Comparables(now, counter())
	fmt.Println(sales[0].ID, sales[0].SoldOn.After(now.AddDate(0, 0, -soldDays-1)))
	// Output: id-0001 true
}
