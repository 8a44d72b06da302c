package domain

import (
	"fmt"
	"slices"
	"time"
)

// Details is what the owner states about a property.
type Details struct {
	Address Address
	// AreaSqFt is the built-up area in square feet, for LAND the plot's; 0 until known.
	AreaSqFt  int
	Bedrooms  *int // 0…50, nil until known
	Bathrooms *int // 0…50, nil until known
	Floor     *int // −5…200, 0 is the ground floor, nil until known
	YearBuilt *int // 1800…next year, nil until known
	Location  *Location
}

// Location is the property's location as the owner's device reports it.
type Location struct {
	Point     Point
	AccuracyM float64 // radius of the 68 % circle in metres, 0…10,000
}

// Field names one part of the details that a follow-up can unlock.
type Field string

// The fields.
const (
	FieldAddress   Field = "address"
	FieldArea      Field = "area_sqft"
	FieldBedrooms  Field = "bedrooms"
	FieldBathrooms Field = "bathrooms"
	FieldFloor     Field = "floor"
	FieldYearBuilt Field = "year_built"
	FieldLocation  Field = "location"
)

// Fields lists every Field.
var Fields = []Field{FieldAddress, FieldArea, FieldBedrooms, FieldBathrooms, FieldFloor, FieldYearBuilt, FieldLocation}

// MaxAreaSqFt is the greatest area accepted: 10 million square feet, about 230 acres.
const MaxAreaSqFt = 10_000_000

// DetailsChange is a change to the details by the owner. A nil field changes nothing.
type DetailsChange struct {
	Address   *Address
	AreaSqFt  *int
	Bedrooms  *int
	Bathrooms *int
	Floor     *int
	YearBuilt *int
	Location  *Location
}

// Fields returns the fields that are not nil.
func (c DetailsChange) Fields() []Field {
	var fields []Field
	for field, changed := range map[Field]bool{
		FieldAddress: c.Address != nil, FieldArea: c.AreaSqFt != nil, FieldBedrooms: c.Bedrooms != nil,
		FieldBathrooms: c.Bathrooms != nil, FieldFloor: c.Floor != nil, FieldYearBuilt: c.YearBuilt != nil,
		FieldLocation: c.Location != nil,
	} {
		if changed {
			fields = append(fields, field)
		}
	}
	slices.Sort(fields)
	return fields
}

func (c DetailsChange) violations(now time.Time) Violations {
	var v Violations
	if c.Address != nil {
		v = c.Address.violations()
	}
	whole := func(n *int, field Field, least, most int) {
		v.Require(n == nil || *n >= least && *n <= most, string(field), "range", fmt.Sprintf("must be %d to %d", least, most))
	}
	whole(c.AreaSqFt, FieldArea, 1, MaxAreaSqFt)
	whole(c.Bedrooms, FieldBedrooms, 0, 50)
	whole(c.Bathrooms, FieldBathrooms, 0, 50)
	whole(c.Floor, FieldFloor, -5, 200)
	whole(c.YearBuilt, FieldYearBuilt, 1800, now.In(IST).Year()+1)
	if l := c.Location; l != nil {
		v.Require(l.Point.Valid() && l.Point.InIndia(), "location", "range", "must be a place in India")
		v.Require(l.AccuracyM >= 0 && l.AccuracyM <= 10_000, "location.accuracy_m", "range", "must be 0 to 10000")
	}
	return v
}

func (c DetailsChange) apply(d *Details) {
	if c.Address != nil {
		d.Address = *c.Address
	}
	if c.AreaSqFt != nil {
		d.AreaSqFt = *c.AreaSqFt
	}
	d.Bedrooms = orCurrent(c.Bedrooms, d.Bedrooms)
	d.Bathrooms = orCurrent(c.Bathrooms, d.Bathrooms)
	d.Floor = orCurrent(c.Floor, d.Floor)
	d.YearBuilt = orCurrent(c.YearBuilt, d.YearBuilt)
	d.Location = orCurrent(c.Location, d.Location)
}

// orCurrent returns next, or current if next is nil. It copies next, because the property must
// not share memory with its caller.
func orCurrent[T any](next, current *T) *T {
	if next == nil {
		return current
	}
	value := *next
	return &value
}

// Complete reports whether the details have everything that a submission needs.
func (d Details) Complete() bool {
	return d.Address.Complete() && d.AreaSqFt > 0 && d.Location != nil
}

// Edit changes the details of a draft, or in a follow-up the fields that it unlocked. It
// returns KindForbidden "not_owner", KindInvalid errors for bad values, and KindConflict:
// "property_locked" after submission, "field_locked" for a field that the follow-up did not
// ask for.
func (p *Property) Edit(by Actor, c DetailsChange, now time.Time) (Change, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, err
	}
	if err := c.violations(now).Err(); err != nil {
		return Change{}, err
	}
	switch p.State {
	case Draft:
	case FollowUpRequired:
		open := p.OpenFollowUp()
		for _, field := range c.Fields() {
			if !open.wantsField(field) {
				return Change{}, Conflict("field_locked", "the follow-up does not ask to correct %s", field)
			}
		}
		open.markCorrected(c.Fields(), now)
	default:
		return Change{}, Conflict("property_locked", "a property that is %s cannot be edited", p.State)
	}
	c.apply(&p.Details)
	p.UpdatedAt = now
	return p.change(ActionEdited, p.State, by, now), nil
}
