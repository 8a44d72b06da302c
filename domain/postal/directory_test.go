package postal_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain/postal"
)

func TestTheDirectoryIsWhole(t *testing.T) {
	t.Parallel()
	last, n := "", 0
	for a := range postal.All {
		n++
		require.Greater(t, a.Pincode, last)
		last = a.Pincode
		pin, err := strconv.Atoi(a.Pincode)
		require.NoError(t, err)
		require.True(t, pin >= 110001 && pin <= 999999, a.Pincode)
		require.Contains(t, postal.Qualities, a.Quality, a.Pincode)
		require.Equal(t, a.State != "", a.States == 1, a.Pincode)
		require.Equal(t, a.District != "", a.States > 0, a.Pincode)
		require.True(t, a.State == "" || a.State.English() != "", a.Pincode)
		placed := a.Lat > 6 && a.Lat < 38 && a.Lng > 68 && a.Lng < 98 && a.SpreadKM >= 0
		require.Equal(t, a.Quality != postal.None, placed, a.Pincode)
		got, ok := postal.Lookup(a.Pincode)
		require.True(t, ok)
		require.Equal(t, a, got)
		require.True(t, postal.DistrictExists(a.Pincode))
	}
	assert.Equal(t, postal.Count(), n)
	assert.Equal(t, 19_586, n)
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, want := range []postal.Area{
		{Pincode: "110001", State: "DL", States: 1, District: "New Delhi", Lat: 28.6199, Lng: 77.2129, SpreadKM: 7.6, Quality: postal.Good},
		{Pincode: "110025", States: 2, District: "South East", Lat: 28.5614, Lng: 77.2788, SpreadKM: 2.5, Quality: postal.Good},
		{Pincode: "121999", Lat: 28.3918, Lng: 77.3021, Quality: postal.Weak},
		{Pincode: "176057", State: "HP", States: 1, District: "Kangra", Quality: postal.None},
		{Pincode: "799001", Lat: 23.8298, Lng: 91.2788, Quality: postal.Fair}, // Agartala, in the source with Telangana
	} {
		got, ok := postal.Lookup(want.Pincode)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	for _, unknown := range []string{"", "1", "110", "11000", "1100011", "110999", "999999", "100000", "000000", "११०००१", "11000x", "\n10001"} {
		_, ok := postal.Lookup(unknown)
		assert.False(t, ok, unknown)
	}
}

func TestDistrictExists(t *testing.T) {
	t.Parallel()
	for pincode, want := range map[string]bool{
		"110001": true, "110999": true, "560038": true, "855999": true, "900056": true,
		"999999": false, "100000": false, "111001": false, "109999": false, "000000": false,
		"": false, "110": false, "11": false, "1100": false, "1100011": false,
	} {
		assert.Equal(t, want, postal.DistrictExists(pincode), pincode)
	}
}

func BenchmarkLookup(b *testing.B) {
	var pins []string
	for a := range postal.All {
		pins = append(pins, a.Pincode)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := postal.Lookup(pins[i*7919%len(pins)]); !ok {
			b.Fatal("not found")
		}
	}
}
