package domain

import "math"

// PhotoMaxDistanceKM is how far from the property a photo may be taken, in kilometres beyond
// the accuracy that its device reported.
const PhotoMaxDistanceKM = 0.5

// Place returns the place that the file names, nil if that is no place on Earth: files
// are hostile.
func (e EXIF) Place() *Point { return onEarth(e.Location) }

// Place returns the place that the device reported, nil if that is no place on Earth.
func (r DeviceReport) Place() *Point { return onEarth(r.Location) }

// AccuracyKM returns the radius in kilometres of the circle that the device reported, 0 if it
// reported none.
func (r DeviceReport) AccuracyKM() float64 { return math.Max(0, r.AccuracyM) / 1000 }

func onEarth(where *Point) *Point {
	if where == nil || !where.Valid() {
		return nil
	}
	return where
}

// Place returns where the photo was taken, by its file, else by the device; nil if neither
// names a place.
func (p Photo) Place() *Point {
	if where := p.Facts.EXIF.Place(); where != nil {
		return where
	}
	return p.Device.Place()
}

// TooFar reports whether the photo was taken too far from the property. One that is not Placed
// may be taken anywhere.
func (p Photo) TooFar(property Point) bool {
	where := p.Place()
	return p.Subject.Type.Traits().Placed && where != nil &&
		where.DistanceKM(property) > PhotoMaxDistanceKM+p.Device.AccuracyKM()
}
