package api

import (
	"math"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/postal"
)

func encodePincode(a postal.Area) gen.Pincode {
	out := gen.Pincode{
		Pincode: a.Pincode, State: encodeIndianState(a.State), District: optional(a.District),
		Quality: gen.PincodeQuality(a.Quality), Attribution: postal.Attribution,
	}
	if a.Quality != postal.None {
		out.Location, out.SpreadKm = new(point(domain.Point{Lat: a.Lat, Lng: a.Lng})), new(a.SpreadKM)
	}
	return out
}

func encodeNear(n postal.Near) gen.NearPincode {
	return gen.NearPincode{Area: encodePincode(n.Area), DistanceKm: tenth(n.DistanceKM)}
}

func encodeIndianState(s postal.State) *gen.IndianState {
	if s == "" {
		return nil
	}
	return &gen.IndianState{Code: string(s), English: s.English(), Hindi: s.Hindi()}
}

func encodeAddressFit(d domain.Details) *gen.AddressFit {
	if d.Address == (domain.Address{}) {
		return nil
	}
	fit := d.AddressFit()
	out := &gen.AddressFit{
		Elsewhere: fit.Elsewhere, CannotTell: fit.CannotTell, StateDiffers: fit.StateDiffers,
		AddressState: encodeIndianState(fit.AddressState), PincodeState: encodeIndianState(fit.Pincode.State),
		PincodeDistrict: optional(fit.Pincode.District),
		PincodeQuality:  (*gen.PincodeQuality)(optionalText(fit.Pincode.Quality)),
	}
	if !fit.CannotTell {
		out.DistanceKm, out.LimitKm = new(tenth(fit.DistanceKM)), new(tenth(fit.LimitKM))
	}
	return out
}

// tenth rounds kilometres to what the directory's positions are good for, and never across a
// limit: just beyond 57.6 is 57.7.
func tenth(km float64) float64 { return math.Ceil(km*10-1e-6) / 10 }
