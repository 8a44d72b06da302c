package journey

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/estimate"
	propflow "github.com/propflow/propflow/sdk/go"
)

// TestDrawnPropertiesHaveNoRiskOfTheirOwn asks of the homes of many journeys what the evidence gate
// asks: none is linked to another, and the demo's sales value each without a risk.
func TestDrawnPropertiesHaveNoRiskOfTheirOwn(t *testing.T) {
	t.Parallel()
	now, set, n := time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC), domain.DefaultSettings(), 0
	sales := demodata.Comparables(now, func() string { n++; return fmt.Sprint(n) })
	var before []domain.LinkCandidate
	for seed := range int64(300) {
		home := detailed(DrawnProperty(seed))
		require.True(t, home.Details.Complete())
		require.NotEqual(t, domain.NoUnit, home.Details.Address.Unit())
		candidate := home.LinkCandidate()
		for other, c := range before {
			require.False(t, candidate.SameProperty(c), "%d and %d", other, seed)
		}
		before = append(before, candidate)

		subject, err := home.Subject()
		require.NoError(t, err)
		s := estimate.Suggest(subject, sales, set, now)
		require.GreaterOrEqual(t, s.Confidence, set.MinConfidence, seed)
		v := domain.Valuation{
			Amount: s.Amount, Methodology: domain.SalesComparison, Rationale: "Sales of similar size close by.",
			Suggestion: s, Confidence: s.Confidence,
		}
		for _, chosen := range leastAdjusted(answered(s)) {
			v.Comparables = append(v.Comparables, s.Comparables[slices.IndexFunc(s.Comparables, func(c domain.AdjustedComparable) bool {
				return string(c.Comparable.ID) == chosen.Comparable.ID
			})])
		}
		decision := &domain.Decision{Valuation: &v, Settings: set}
		for _, c := range v.Comparables {
			_, prices := domain.PlausiblePrice(c.Comparable, sales)
			decision.Sales = append(decision.Sales, domain.StoredSale{Comparable: c.Comparable, Prices: prices})
		}
		found := domain.Gate(domain.GateValuation, home, domain.Evidence{Decision: decision})
		require.Empty(t, found.Risks, seed)
		for _, b := range found.Blocking {
			assert.Contains(t, b.Field, "photos", "%d: %s", seed, b.Code)
		}
	}
}

// answered returns what the API answers of the suggestion's comparables.
func answered(s domain.Suggestion) (all []propflow.AdjustedComparable) {
	for _, c := range s.Comparables {
		one := propflow.AdjustedComparable{Comparable: propflow.Comparable{ID: string(c.Comparable.ID)}}
		for _, a := range c.Adjustments {
			one.Adjustments = append(one.Adjustments, propflow.Adjustment{Percent: a.Percent})
		}
		all = append(all, one)
	}
	return all
}

// detailed returns the property as its owner creates it.
func detailed(r propflow.CreatePropertyRequest) domain.Property {
	a := r.Address
	return domain.Property{
		ID: "home", OwnerID: "owner", Type: domain.PropertyType(r.Type), State: domain.Submitted,
		Details: domain.Details{
			Address:  domain.Address{Line1: a.Line1, Locality: *a.Locality, City: a.City, State: a.State, Pincode: a.Pincode},
			AreaSqFt: *r.AreaSqft, Bedrooms: r.Bedrooms, Bathrooms: r.Bathrooms, Floor: r.Floor, YearBuilt: r.YearBuilt,
			Location: &domain.Location{Point: domain.Point{Lat: r.Location.Lat, Lng: r.Location.Lng}, AccuracyM: *r.Location.AccuracyM},
		},
	}
}
