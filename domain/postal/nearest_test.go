package postal_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain/postal"
)

// from returns the distances in km from a position (spherical law of cosines).
func from(lat, lng float64) func(lat, lng float64) float64 {
	const rad = math.Pi / 180
	return func(lat2, lng2 float64) float64 {
		c := math.Sin(lat*rad)*math.Sin(lat2*rad) + math.Cos(lat*rad)*math.Cos(lat2*rad)*math.Cos((lng2-lng)*rad)
		return 6371 * math.Acos(min(1, c))
	}
}

func TestNearestFindsWhatASearchOfAllFinds(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		lat, lng, limit := 6+32*random.Float64(), 68+30*random.Float64(), 1+random.IntN(20)
		km := from(lat, lng)
		var all []float64
		for a := range postal.All {
			if a.Placed() {
				all = append(all, km(a.Lat, a.Lng))
			}
		}
		slices.Sort(all)
		near := postal.Nearest(lat, lng, limit, km)
		require.Len(t, near, limit)
		for i, n := range near {
			require.InDelta(t, all[i], n.DistanceKM, 0.01)
			require.InDelta(t, km(n.Area.Lat, n.Area.Lng), n.DistanceKM, 0.01)
			require.True(t, n.Area.Placed())
		}
		require.True(t, slices.IsSortedFunc(near, func(a, b postal.Near) int { return cmp.Compare(a.DistanceKM, b.DistanceKM) }))
	}
}

func TestNearestAtAPostOfficeAndAtTheEdges(t *testing.T) {
	t.Parallel()
	near := postal.Nearest(12.9719, 77.6412, 3, from(12.9719, 77.6412)) // Indiranagar, Bengaluru
	require.Len(t, near, 3)
	assert.Equal(t, postal.State("KA"), near[0].Area.State)
	assert.Less(t, near[0].DistanceKM, 3.0)
	for _, lat := range []float64{-90, 6, 38, 90} {
		assert.Len(t, postal.Nearest(lat, 80, 1, from(lat, 80)), 1)
	}
	assert.Empty(t, postal.Nearest(20, 80, 0, from(20, 80)))
	assert.Empty(t, postal.Nearest(20, 80, -1, from(20, 80)))
}

func BenchmarkNearest(b *testing.B) {
	for name, at := range map[string][2]float64{"Bengaluru": {12.97, 77.64}, "Leh": {34.15, 77.57}, "Arabian Sea": {15, 69}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if len(postal.Nearest(at[0], at[1], 10, from(at[0], at[1]))) != 10 {
					b.Fatal("too few")
				}
			}
		})
	}
}
