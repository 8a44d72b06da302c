package domain_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestDefaultSettings(t *testing.T) {
	t.Parallel()
	s := domain.DefaultSettings()
	require.NoError(t, s.Validate())
	assert.Equal(t, 50, s.MinConfidence)
	assert.Equal(t, "₹50,00,00,000", s.SignOffAmount.String())
	assert.InDelta(t, 20, s.MaxDeviationPercent, 0)
	assert.Equal(t, 3, s.MinComparables)
}

func TestSettingsInRange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set    func(s *domain.Settings, v float64)
		in     []float64
		out    []float64
		broken string
	}{
		"confidence": {
			func(s *domain.Settings, v float64) { s.MinConfidence = int(v) }, []float64{0, 100}, []float64{-1, 101}, "min_confidence range",
		},
		"amount": {
			func(s *domain.Settings, v float64) { s.SignOffAmount = domain.Rupees(v) },
			[]float64{1, 1e12}, []float64{0, -1, 1e12 + 1}, "sign_off_amount range",
		},
		"deviation": {
			func(s *domain.Settings, v float64) { s.MaxDeviationPercent = v },
			[]float64{0.001, 100}, []float64{0, -1, 100.001, math.NaN(), math.Inf(1)}, "max_deviation_percent range",
		},
		"comparables": {
			func(s *domain.Settings, v float64) { s.MinComparables = int(v) }, []float64{3, 10}, []float64{2, 11}, "min_comparables range",
		},
		"radius": {
			func(s *domain.Settings, v float64) { s.SearchRadiusKM = v },
			[]float64{0.5, 50}, []float64{0.499, 50.001, math.NaN(), math.Inf(-1)}, "search_radius_km range",
		},
		"age": {
			func(s *domain.Settings, v float64) { s.ComparableMaxAgeMonths = int(v) }, []float64{3, 60}, []float64{2, 61}, "comparable_max_age_months range",
		},
		"drafts": {
			func(s *domain.Settings, v float64) { s.Limits.OpenDrafts = int(v) }, []float64{1, 1000}, []float64{0, 1001}, "max_open_drafts range",
		},
		"submissions": {
			func(s *domain.Settings, v float64) { s.Limits.SubmissionsPerDay = int(v) }, []float64{1, 1000}, []float64{0, 1001}, "max_submissions_per_day range",
		},
		"photos": {
			func(s *domain.Settings, v float64) { s.Limits.PhotosPerDay = int(v) }, []float64{1, 10000}, []float64{0, 10001}, "max_photos_per_day range",
		},
		"streams": {
			func(s *domain.Settings, v float64) { s.Limits.Streams = int(v) }, []float64{1, 100}, []float64{0, 101}, "max_streams range",
		},
	} {
		for _, v := range c.in {
			s := domain.DefaultSettings()
			c.set(&s, v)
			assert.NoError(t, s.Validate(), "%s %v", name, v)
		}
		for _, v := range c.out {
			s := domain.DefaultSettings()
			c.set(&s, v)
			assert.Equal(t, []string{c.broken}, brokenFields(t, s.Validate()), "%s %v", name, v)
		}
	}
	assert.Len(t, brokenFields(t, domain.Settings{MinConfidence: -1}.Validate()), 10, "all faults at once")
}

func TestSoldSince(t *testing.T) {
	t.Parallel()
	assert.Equal(t, time.Date(2024, 11, 23, 0, 0, 0, 0, time.UTC), domain.DefaultSettings().SoldSince(t0))
}

// TestLeastComparables is of a setting that an earlier release stored.
func TestLeastComparables(t *testing.T) {
	t.Parallel()
	for stored, want := range map[int]int{0: 3, 1: 3, 2: 3, 3: 3, 4: 4, 10: 10} {
		assert.Equal(t, want, domain.Settings{MinComparables: stored}.LeastComparables(), stored)
	}
}
