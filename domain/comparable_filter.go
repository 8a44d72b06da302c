package domain

// ComparableFilter narrows a list of comparables. Fields with zero values do not narrow it.
type ComparableFilter struct {
	Source   ComparableSource
	SourceID string
	Type     PropertyType
	Pincode  string
	// Centre and RadiusKM select the comparables of a circle. RadiusKM is 0.1…10.
	Centre   *Point
	RadiusKM float64
	// Withdrawn selects those that were withdrawn, or those that were not.
	Withdrawn *bool
}

// Validate returns a KindInvalid error that names every field out of its range.
func (f ComparableFilter) Validate() error {
	var v Violations
	v.Require(f.SourceID == "" || textWithin(f.SourceID, 1, 100), "source_id", "length", "must be 1 to 100 characters")
	if f.Centre != nil {
		v.Require(f.Centre.Valid() && f.Centre.InIndia(), "lat", "range", "must be, with lng, a place in India")
		v.Require(f.RadiusKM >= 0.1 && f.RadiusKM <= 10, "radius_km", "range", "must be 0.1 to 10")
	}
	return v.Err()
}

// Matches reports whether the comparable passes the filter.
func (f ComparableFilter) Matches(c Comparable) bool {
	switch {
	case f.Source != "" && c.Source != f.Source,
		f.SourceID != "" && c.SourceID != f.SourceID,
		f.Type != "" && c.Type != f.Type,
		f.Pincode != "" && c.Pincode != f.Pincode,
		f.Centre != nil && f.Centre.DistanceKM(c.Location) > f.RadiusKM,
		f.Withdrawn != nil && *f.Withdrawn != (c.Withdrawn != nil):
		return false
	}
	return true
}
