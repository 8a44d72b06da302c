package domain_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/postal"
)

// at returns details with this pincode and state, and a pin so many kilometres north of the
// pincode's place.
func at(t *testing.T, pincode, state string, km float64) domain.Details {
	t.Helper()
	area, ok := postal.Lookup(pincode)
	require.True(t, ok, pincode)
	pin := domain.Point{Lat: area.Lat + km/domain.EarthRadiusKM*180/math.Pi, Lng: area.Lng}
	return domain.Details{Address: domain.Address{State: state, Pincode: pincode}, Location: &domain.Location{Point: pin}}
}

func TestAddressFarFromThePin(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pincode, state string
		km             float64
		want           domain.AddressFit // without DistanceKM and Pincode
	}{
		"there":                              {"110001", "Delhi", 0, domain.AddressFit{AddressState: "DL", LimitKM: 57.6}},
		"at the limit":                       {"110001", "Delhi", 57.599, domain.AddressFit{AddressState: "DL", LimitKM: 57.6}},
		"beyond the limit":                   {"110001", "Delhi", 57.601, domain.AddressFit{AddressState: "DL", LimitKM: 57.6, Elsewhere: true}},
		"29 km off, graded good":             {"700001", "West Bengal", 29, domain.AddressFit{AddressState: "WB", LimitKM: 79.8}},
		"no spread, 50 km":                   {"110004", "Delhi", 49.999, domain.AddressFit{AddressState: "DL", LimitKM: 50}},
		"no spread, more":                    {"110004", "Delhi", 50.001, domain.AddressFit{AddressState: "DL", LimitKM: 50, Elsewhere: true}},
		"a spread of 108.9 km counts as 100": {"403107", "Goa", 149.999, domain.AddressFit{AddressState: "GA", LimitKM: 150}},
		"and no more":                        {"403107", "Goa", 150.001, domain.AddressFit{AddressState: "GA", LimitKM: 150, Elsewhere: true}},
		"fair":                               {"110038", "Delhi", 50.601, domain.AddressFit{AddressState: "DL", LimitKM: 50.6, Elsewhere: true}},
		"weak":                               {"110069", "Delhi", 1000, domain.AddressFit{AddressState: "DL", CannotTell: true}},
		"an outlier":                         {"123110", "Haryana", 1000, domain.AddressFit{AddressState: "HR", CannotTell: true}},
		"without a position":                 {"176057", "Himachal Pradesh", 1000, domain.AddressFit{AddressState: "HP", CannotTell: true}},
		"another state, there":               {"110001", "Kerala", 0, domain.AddressFit{AddressState: "KL", LimitKM: 57.6, Elsewhere: true, StateDiffers: true}},
		"another state, weak":                {"110069", "Kerala", 0, domain.AddressFit{AddressState: "KL", CannotTell: true, Elsewhere: true, StateDiffers: true}},
		"two states":                         {"110025", "Uttar Pradesh", 0, domain.AddressFit{AddressState: "UP", LimitKM: 52.5}},
		"two states, elsewhere":              {"110025", "Kerala", 2000, domain.AddressFit{AddressState: "KL", LimitKM: 52.5, Elsewhere: true}},
		"no state":                           {"121999", "Kerala", 0, domain.AddressFit{AddressState: "KL", CannotTell: true}},
		"an unknown state of old":            {"110001", "Narnia", 0, domain.AddressFit{LimitKM: 57.6}},
		"Ladakh by its former state":         {"194101", "Jammu & Kashmir", 0, domain.AddressFit{AddressState: "JK", LimitKM: 113.7}},
		"Srinagar in Ladakh":                 {"190001", "Ladakh", 0, domain.AddressFit{AddressState: "LA", LimitKM: 53.2, Elsewhere: true, StateDiffers: true}},
		"Orissa":                             {"751001", "उड़ीसा", 0, domain.AddressFit{AddressState: "OD", LimitKM: limit(t, "751001")}},
	} {
		d := at(t, c.pincode, c.state, c.km)
		fit := d.AddressFit()
		assert.Equal(t, c.pincode, fit.Pincode.Pincode, name)
		if c.want.CannotTell {
			assert.Zero(t, fit.DistanceKM, name)
		} else {
			assert.InDelta(t, c.km, fit.DistanceKM, 0.0001, name)
		}
		fit.DistanceKM, fit.Pincode = 0, postal.Area{}
		assert.Equal(t, c.want, fit, name)
	}
}

func limit(t *testing.T, pincode string) float64 {
	t.Helper()
	area, ok := postal.Lookup(pincode)
	require.True(t, ok)
	return 50 + area.SpreadKM
}

func TestAddressWithoutAnythingToCompare(t *testing.T) {
	t.Parallel()
	pin := &domain.Location{Point: domain.Point{Lat: 12.97, Lng: 77.64}}
	for name, d := range map[string]domain.Details{
		"nothing":            {},
		"no address":         {Location: pin},
		"no pin":             {Address: domain.Address{State: "Delhi", Pincode: "110001"}},
		"an unknown pincode": {Address: domain.Address{State: "Delhi", Pincode: "110999"}, Location: pin},
		"no pincode":         {Address: domain.Address{State: "Delhi", Pincode: "x"}, Location: pin},
	} {
		fit := d.AddressFit()
		assert.True(t, fit.CannotTell, name)
		assert.False(t, fit.Elsewhere, name)
	}
	fit := domain.Details{Address: domain.Address{State: "Kerala", Pincode: "110001"}}.AddressFit()
	assert.True(t, fit.Elsewhere, "the state needs no pin")
}

// TestTheCasesOfTheCheat has the address in Mumbai with the state Kerala, the pincode of Delhi and
// the pin in Bengaluru, and what is wrong with it one by one.
func TestTheCasesOfTheCheat(t *testing.T) {
	t.Parallel()
	bengaluru := &domain.Location{Point: domain.Point{Lat: 12.9719, Lng: 77.6412}, AccuracyM: 10}
	for name, c := range map[string]struct {
		state, pincode string
		elsewhere      bool
	}{
		"all at once":        {"Kerala", "110001", true},
		"of Delhi":           {"Delhi", "110001", true},
		"of Mumbai":          {"Maharashtra", "400050", true},
		"Kerala's own":       {"Kerala", "695001", true},
		"of a weak pincode":  {"Kerala", "682001", false}, // cannot tell, which staff see
		"Mysuru, 130 km off": {"Karnataka", "570001", true},
		"right":              {"Karnataka", "560038", false},
		"right but Kerala":   {"Kerala", "560038", true},
	} {
		d := domain.Details{Address: domain.Address{State: c.state, Pincode: c.pincode}, Location: bengaluru}
		assert.Equal(t, c.elsewhere, d.AddressFit().Elsewhere, name)
	}
}

// TestTheRuleOnTheDirectorysOwnFigures prints for how many pincodes the rule would fire on
// an honest owner at the distance that the directory gives for its own post offices.
func TestTheRuleOnTheDirectorysOwnFigures(t *testing.T) {
	t.Parallel()
	var all, placed, none, twice, atSpread, capped int
	for a := range postal.All {
		all++
		fit := at(t, a.Pincode, a.State.Hindi(), 0).AddressFit()
		require.False(t, fit.Elsewhere, "%s at its own place", a.Pincode)
		switch a.States {
		case 0:
			none++
		case 2:
			twice++
		}
		if !a.Placed() {
			continue
		}
		placed++
		if a.SpreadKM > domain.MaxPincodeSpreadKM {
			capped++
		}
		if at(t, a.Pincode, "", a.SpreadKM).AddressFit().Elsewhere {
			atSpread++
		}
	}
	t.Logf("of %d pincodes: %d are compared by distance, %d are not; %d have no state, %d two", all, placed, all-placed, none, twice)
	t.Logf("of the %d: %d are fired upon at their own spread (90%% of the offices are within), %d have a spread that is capped", placed, atSpread, capped)
	assert.Equal(t, []int{19_586, 15_688, 106, 52, 19, 309}, []int{all, placed, none, twice, atSpread, capped})
}

func TestNearestPincodes(t *testing.T) {
	t.Parallel()
	home := domain.Point{Lat: 12.9719, Lng: 77.6412}
	near := home.NearestPincodes(5)
	require.Len(t, near, 5)
	for _, n := range near {
		assert.Equal(t, postal.State("KA"), n.Area.State)
		assert.InDelta(t, home.DistanceKM(domain.Point{Lat: n.Area.Lat, Lng: n.Area.Lng}), n.DistanceKM, 0.001)
	}
}

func BenchmarkAddressFit(b *testing.B) {
	d := domain.Details{
		Address:  domain.Address{State: "Karnataka", Pincode: "560038"},
		Location: &domain.Location{Point: domain.Point{Lat: 12.9719, Lng: 77.6412}},
	}
	b.ReportAllocs()
	for b.Loop() {
		if d.AddressFit().Elsewhere {
			b.Fatal("elsewhere")
		}
	}
}
