package domain

// The accuracy of the pin: a radius in metres that contains the device's place, with 95 % by a
// browser (W3C Geolocation, "accuracy") and with 68 % by Android (Location.getAccuracy).
const (
	PinPreciseM = 100.0  // up to here the pin is no risk
	PinUsableM  = 1000.0 // beyond it, the pin does not name a property
)

// PinMovedM is the distance in metres beyond which a pin that moved after the first submission is
// a risk. Pins of the same place differ by as much as they may be imprecise.
const PinMovedM = PinPreciseM

// Precise reports whether the location is known well enough to be the pin of a property. An
// accuracy of 0 is unknown: it is what devices report if they do not know it.
func (l Location) Precise() bool { return l.AccuracyM > 0 && l.AccuracyM <= PinUsableM }

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
	add(pin != nil && !(pin.AccuracyM > 0 && pin.AccuracyM <= PinPreciseM), RiskPinImprecise)
	add(p.PinMovedM > PinMovedM, RiskLocationMoved)
	add(p.Details.AddressFit().Elsewhere, RiskAddressElsewhere)
	add(anyPhoto(e.Photos, Photo.Refused), RiskEvidenceRefused)
	for _, link := range e.Links {
		add(true, link.Kind.Risk())
	}
	add(p.SignOffFlag != nil, RiskFlagged)
	return found
}
