package domain

import "github.com/propflow/propflow/domain/postal"

// The tolerances of an address against the pin. They are wide because no position of the
// directory is verified: 700001 (Kolkata's head office), graded GOOD, is about 29 km off
// (docs/decisions/0028-address-against-pin.md).
const (
	// AddressToleranceKM is how far the pin may be from the position of the address's pincode, in
	// kilometres, beyond the spread of its post offices.
	AddressToleranceKM = 50
	// MaxPincodeSpreadKM is the greatest spread, in kilometres, that is added to the tolerance.
	// Of the positions that are compared 2 % have a greater one, and that is rather due to offices
	// with wrong coordinates than to large areas: pincodes of Goa have 109 km.
	MaxPincodeSpreadKM = 100
)

// AddressFit is how the address fits the pin. It never refuses anything: Elsewhere is a risk
// (RiskAddressElsewhere), about which a second person decides.
type AddressFit struct {
	// Elsewhere reports whether the pin is too far from the pincode's place, or the pincode's
	// one state is not that of the address.
	Elsewhere bool
	// CannotTell reports whether there is no distance to compare: no pin, no pincode or one that
	// the directory does not have, or a position that is not good enough.
	CannotTell bool
	// DistanceKM is the distance of the pin from the pincode's place in kilometres, and LimitKM the
	// greatest that is no risk. Both are 0 if CannotTell.
	DistanceKM, LimitKM float64
	// StateDiffers reports whether both states are known and the address's does not cover the pincode's.
	StateDiffers bool
	// AddressState is the state that the address names, "" if it names none.
	AddressState postal.State
	// Pincode is what the directory has about the address's pincode; zero if nothing.
	Pincode postal.Area
}

// AddressFit compares the address with the pin and with its own pincode.
func (d Details) AddressFit() AddressFit {
	state, _ := postal.ParseState(d.Address.State)
	area, _ := postal.Lookup(d.Address.Pincode)
	fit := AddressFit{
		AddressState: state, Pincode: area, CannotTell: d.Location == nil || !area.Placed(),
		StateDiffers: state != "" && area.State != "" && !state.Covers(area.State),
	}
	if !fit.CannotTell {
		fit.DistanceKM = d.Location.Point.DistanceKM(Point{Lat: area.Lat, Lng: area.Lng})
		fit.LimitKM = AddressToleranceKM + min(area.SpreadKM, MaxPincodeSpreadKM)
	}
	fit.Elsewhere = fit.StateDiffers || fit.DistanceKM > fit.LimitKM
	return fit
}

// NearestPincodes returns the at most limit pincodes whose places are nearest to p, nearest first.
func (p Point) NearestPincodes(limit int) []postal.Near {
	return postal.Nearest(p.Lat, p.Lng, limit, func(lat, lng float64) float64 {
		return p.DistanceKM(Point{Lat: lat, Lng: lng})
	})
}
