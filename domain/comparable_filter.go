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
