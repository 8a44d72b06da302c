package domain_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// TestKnownDistances compares with great-circle distances between cities, to 0.6 % (the
// Earth is no sphere).
func TestKnownDistances(t *testing.T) {
	t.Parallel()
	delhi, mumbai := domain.Point{Lat: 28.6139, Lng: 77.2090}, domain.Point{Lat: 19.0760, Lng: 72.8777}
	chennai, kolkata := domain.Point{Lat: 13.0827, Lng: 80.2707}, domain.Point{Lat: 22.5726, Lng: 88.3639}
	london, newYork := domain.Point{Lat: 51.5074, Lng: -0.1278}, domain.Point{Lat: 40.7128, Lng: -74.0060}
	for _, c := range []struct {
		name string
		a, b domain.Point
		km   float64
	}{
		{"Delhi–Mumbai", delhi, mumbai, 1148},
		{"Chennai–Kolkata", chennai, kolkata, 1357},
		{"Delhi–Kolkata", delhi, kolkata, 1304},
		{"London–New York", london, newYork, 5570},
		{"a degree on the equator", domain.Point{Lng: 10}, domain.Point{Lng: 11}, 111.195},
		{"pole to pole", domain.Point{Lat: 90}, domain.Point{Lat: -90}, math.Pi * domain.EarthRadiusKM},
		{"antipodes", domain.Point{Lat: 10, Lng: 20}, domain.Point{Lat: -10, Lng: -160}, math.Pi * domain.EarthRadiusKM},
		{"over the date line", domain.Point{Lng: 179.5}, domain.Point{Lng: -179.5}, 111.195},
		{"nowhere", delhi, delhi, 0},
	} {
		assert.InEpsilon(t, 1+c.km, 1+c.a.DistanceKM(c.b), 0.006, c.name)
	}
	assert.InDelta(t, 0.010, home.DistanceKM(*north(0.010)), 1e-9, "ten metres")
}

func TestWhereIsEarthAndIndia(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for p, want := range map[domain.Point][2]bool{
		home:                         {true, true},
		{Lat: 6, Lng: 68}:            {true, true},
		{Lat: 38, Lng: 98}:           {true, true},
		{Lat: 38.0001, Lng: 98}:      {true, false},
		{Lat: 6, Lng: 67.9999}:       {true, false},
		{Lat: -90, Lng: -180}:        {true, false},
		{Lat: 90, Lng: 180}:          {true, false},
		{Lat: 90.0001, Lng: 0}:       {false, false},
		{Lat: 10, Lng: 180.0001}:     {false, false},
		{Lat: 0, Lng: 0}:             {false, false},
		{Lat: 0, Lng: 77}:            {true, false},
		{Lat: nan, Lng: 77}:          {false, false},
		{Lat: 12, Lng: nan}:          {false, false},
		{Lat: inf, Lng: 77}:          {false, false},
		{Lat: 11.7401, Lng: 92.6586}: {true, true}, // Port Blair
	} {
		assert.Equal(t, want, [2]bool{p.Valid(), p.InIndia()}, p)
	}
}

func anywhere() *rapid.Generator[domain.Point] {
	return rapid.Custom(func(t *rapid.T) domain.Point {
		return domain.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lng: rapid.Float64Range(-180, 180).Draw(t, "lng")}
	})
}

func TestDistanceIsAMetric(t *testing.T) {
	t.Parallel()
	const slack = 0.001 // a metre, which the formula loses near the antipodes
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anywhere().Draw(t, "a"), anywhere().Draw(t, "b"), anywhere().Draw(t, "c")
		ab, ba, bc, ac := a.DistanceKM(b), b.DistanceKM(a), b.DistanceKM(c), a.DistanceKM(c)
		switch {
		case a.DistanceKM(a) != 0:
			t.Fatalf("%v is %v km from itself", a, a.DistanceKM(a))
		case math.IsNaN(ab) || ab < 0 || ab > math.Pi*domain.EarthRadiusKM:
			t.Fatalf("no distance on Earth: %v", ab)
		case math.Abs(ab-ba) > slack:
			t.Fatalf("there %v, back %v", ab, ba)
		case ac > ab+bc+slack:
			t.Fatalf("%v is longer than the detour %v", ac, ab+bc)
		}
	})
}

// destination walks km from p at a bearing in radians, by vectors, unlike DistanceKM.
func destination(p domain.Point, bearing, km float64) domain.Point {
	const rad = math.Pi / 180
	sinLat, cosLat := math.Sincos(p.Lat * rad)
	sinLng, cosLng := math.Sincos(p.Lng * rad)
	here := [3]float64{cosLat * cosLng, cosLat * sinLng, sinLat}
	north := [3]float64{-sinLat * cosLng, -sinLat * sinLng, cosLat}
	east := [3]float64{-sinLng, cosLng, 0}
	sin, cos := math.Sincos(km / domain.EarthRadiusKM)
	var there [3]float64
	for i := range there {
		there[i] = here[i]*cos + (north[i]*math.Cos(bearing)+east[i]*math.Sin(bearing))*sin
	}
	return domain.Point{
		Lat: math.Atan2(there[2], math.Hypot(there[0], there[1])) / rad, Lng: math.Atan2(there[1], there[0]) / rad,
	}
}

// TestBoxHoldsTheCircle draws circles of any size anywhere, poles and date line included.
func TestBoxHoldsTheCircle(t *testing.T) {
	t.Parallel()
	check := func(t *rapid.T, centre domain.Point, radius float64) {
		box := centre.BoxAround(radius)
		km := radius * rapid.Float64Range(0, 0.999999).Draw(t, "share")
		p := destination(centre, rapid.Float64Range(0, 2*math.Pi).Draw(t, "bearing"), km)
		if !box.Contains(p) {
			t.Fatalf("%v is %v km from %v, but not in %v", p, centre.DistanceKM(p), centre, box)
		}
	}
	t.Run("anywhere", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			check(t, anywhere().Draw(t, "centre"), rapid.Float64Range(0.001, 20_100).Draw(t, "radius"))
		})
	})
	t.Run("near the edges", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			centre := domain.Point{
				Lat: rapid.SampledFrom([]float64{-90, -89.99, 0, 89, 89.99, 90}).Draw(t, "lat"),
				Lng: rapid.SampledFrom([]float64{-180, -179.99, 0, 179.99, 180}).Draw(t, "lng"),
			}
			check(t, centre, rapid.Float64Range(0.001, 500).Draw(t, "radius"))
		})
	})
}

// TestBoxIsTight makes sure that a search in India is narrowed: each side touches the circle.
func TestBoxIsTight(t *testing.T) {
	t.Parallel()
	box := home.BoxAround(5)
	assert.InDelta(t, 5, home.DistanceKM(domain.Point{Lat: box.North, Lng: home.Lng}), 1e-6)
	assert.InDelta(t, 5, home.DistanceKM(domain.Point{Lat: box.South, Lng: home.Lng}), 1e-6)
	assert.InDelta(t, 5, home.DistanceKM(domain.Point{Lat: home.Lat, Lng: box.East}), 1e-5)
	assert.InDelta(t, 5, home.DistanceKM(domain.Point{Lat: home.Lat, Lng: box.West}), 1e-5)
	assert.False(t, box.Contains(*north(5.001)))
	zero := home.BoxAround(0)
	assert.True(t, zero.Contains(home))
	assert.False(t, zero.Contains(*north(0.001)))
}

// north returns the point so many kilometres north of the test's property.
func north(km float64) *domain.Point {
	return &domain.Point{Lat: home.Lat + km/domain.EarthRadiusKM*180/math.Pi, Lng: home.Lng}
}
