package domain

import "math"

// PhotoMaxDistanceKM is how far from the property a photo may be taken, in kilometres beyond
// the accuracy that its device reported.
const PhotoMaxDistanceKM = 0.5

// Place returns the place that the file names, nil if that is not on Earth. The file is untrusted
// input, so it may name anything.
func (e EXIF) Place() *Point { return onEarth(e.Location) }

// Place returns the place that the device reported, nil if that is not on Earth.
func (r DeviceReport) Place() *Point { return onEarth(r.Location) }

// AccuracyKM returns the radius in kilometres of the circle that the device reported, 0 if it
// reported none.
func (r DeviceReport) AccuracyKM() float64 { return math.Max(0, r.AccuracyM) / 1000 }

func onEarth(place *Point) *Point {
	if place == nil || !place.Valid() {
		return nil
	}
	return place
}

// Place returns the place at which the photo was taken, according to its file, else to the
// device; nil if neither names a place.
func (p Photo) Place() *Point {
	if place := p.Facts.EXIF.Place(); place != nil {
		return place
	}
	return p.Device.Place()
}

// TooFar reports whether the photo was taken too far from the property. It returns false if the
// photo's place is not known, and for a type that is not Placed, which may be taken anywhere.
func (p Photo) TooFar(property Point) bool {
	place := p.Place()
	return p.Subject.Type.Traits().Placed && place != nil &&
		place.DistanceKM(property) > PhotoMaxDistanceKM+p.Device.AccuracyKM()
}

// outOfReach is TooFar of a pin that may be missing.
func (p Photo) outOfReach(pin *Location) bool { return pin != nil && p.TooFar(pin.Point) }
