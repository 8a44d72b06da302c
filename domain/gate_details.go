package domain

import "slices"

// The accuracy of the pin: a radius in metres that contains the device's place, with 95 % by a
// browser (W3C Geolocation, "accuracy") and with 68 % by Android (Location.getAccuracy).
const (
	PinPreciseM = 100.0  // up to here the pin is no risk
	PinUsableM  = 1000.0 // beyond it, the pin does not name a property
)

// PinMoveToleranceM is the distance in metres beyond which a pin that moved after the first submission is
// a risk. Pins of the same place differ by as much as they may be imprecise.
const PinMoveToleranceM = PinPreciseM

// Precise reports whether the location is known well enough to be the pin of a property.
func (l Location) Precise() bool { return l.within(PinUsableM) }

// AccuracyKnown reports whether the device knew how accurate the location is: devices that do not
// report 0.
func (l Location) AccuracyKnown() bool { return l.AccuracyM > 0 }

func (l Location) within(radiusM float64) bool { return l.AccuracyKnown() && l.AccuracyM <= radiusM }

// blocking returns what the details lack.
func (d Details) blocking() []Blocking {
	var found []Blocking
	require := func(ok bool, code BlockingCode, field string) {
		if !ok {
			found = append(found, block(code, field))
		}
	}
	if a := d.Address; a.Complete() {
		require(a.StateKnown(), BlockedState, "address.state")
		require(a.DistrictKnown(), BlockedPincode, "address.pincode")
	} else {
		require(false, BlockedAddress, "address")
	}
	require(d.AreaSqFt > 0, BlockedArea, "area_sqft")
	if d.Location == nil {
		require(false, BlockedPin, "location")
	} else {
		require(d.Location.Precise(), BlockedImprecise, "location")
	}
	return found
}

// risks returns the risks that do not depend on the decision.
func (p Property) risks(e Evidence) []Risk {
	var found []Risk
	add := func(applies bool, r Risk) {
		if applies {
			found = append(found, r)
		}
	}
	pin := p.Details.Location
	add(pin != nil && !pin.within(PinPreciseM), RiskPinImprecise)
	add(p.PinMovedM > PinMoveToleranceM, RiskLocationMoved)
	add(p.Details.AddressFit().Elsewhere, RiskAddressElsewhere)
	add(slices.ContainsFunc(e.Photos, Photo.Refused), RiskEvidenceRefused)
	add(linked(e.Links, LinkSamePhoto), RiskSamePhotoElsewhere)
	add(linked(e.Links, LinkSameProperty), RiskSamePropertyElsewhere)
	add(p.SignOffFlag != nil, RiskFlagged)
	return found
}

func linked(links []Link, by LinkKind) bool {
	return slices.ContainsFunc(links, func(l Link) bool { return l.Kind == by })
}
