package domain

import (
	"fmt"
	"slices"
	"strings"
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
	Point Point
	// AccuracyM is the radius in metres that the device reports, 0…10,000: 0 if it does not know.
	// Browsers report the radius for 95 %, Android for 68 %.
	AccuracyM float64
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

// The fields that no follow-up can unlock, because a case that was submitted keeps them.
const (
	FieldType        Field = "type"
	FieldExternalRef Field = "external_ref"
)

// Fields lists every Field that a follow-up can unlock.
var Fields = []Field{FieldAddress, FieldArea, FieldBedrooms, FieldBathrooms, FieldFloor, FieldYearBuilt, FieldLocation}

// MaxAreaSqFt is the greatest area accepted: 10 million square feet, about 230 acres.
const MaxAreaSqFt = 10_000_000

// DetailsChange is a change by the owner to what they state about a property. A nil field changes
// nothing.
type DetailsChange struct {
	Type        *PropertyType // of a draft only
	ExternalRef *string       // of a draft only; empty removes it
	Address     *Address
	AreaSqFt    *int
	Bedrooms    *int
	Bathrooms   *int
	Floor       *int
	YearBuilt   *int
	Location    *Location
	// Clear are the details that become unknown again.
	Clear []Field
}

// sets returns the fields to which the change gives a value.
func (c DetailsChange) sets() []Field {
	var fields []Field
	for field, changed := range map[Field]bool{
		FieldType: c.Type != nil, FieldExternalRef: c.ExternalRef != nil,
		FieldAddress: c.Address != nil, FieldArea: c.AreaSqFt != nil, FieldBedrooms: c.Bedrooms != nil,
		FieldBathrooms: c.Bathrooms != nil, FieldFloor: c.Floor != nil, FieldYearBuilt: c.YearBuilt != nil,
		FieldLocation: c.Location != nil,
	} {
		if changed {
			fields = append(fields, field)
		}
	}
	return fields
}

// Fields returns the fields that the change sets or clears, sorted.
func (c DetailsChange) Fields() []Field {
	fields := append(c.sets(), c.Clear...)
	slices.Sort(fields)
	return slices.Compact(fields)
}

// violations returns the rules that the change breaks in a property that is of the type then.
func (c DetailsChange) violations(kind PropertyType, now time.Time) Violations {
	var v Violations
	v.Require(c.Type == nil || slices.Contains(PropertyTypes, *c.Type), string(FieldType), "enum", "must be a property type")
	v.Require(c.ExternalRef == nil || textWithin(*c.ExternalRef, 0, 64), string(FieldExternalRef), "length", "must be at most 64 characters")
	if c.Address != nil {
		v = append(v, c.Address.violations()...)
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
	sets := c.sets()
	for _, field := range sets {
		v.Require(kind.CanHave(field), string(field), "property_type", "a property of this type has none")
	}
	for _, field := range c.Clear {
		v.Require(slices.Contains(Fields, field), string(field), "enum", "must be a field that the owner can edit")
		v.Require(!slices.Contains(sets, field), string(field), "unique", "cannot be set and cleared at once")
	}
	return v
}

func (c DetailsChange) apply(p *Property) {
	if c.Type != nil {
		p.Type = *c.Type
	}
	if c.ExternalRef != nil {
		p.ExternalRef = *c.ExternalRef
	}
	d := &p.Details
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
	for _, field := range c.Clear {
		d.clear(field)
	}
}

// clear makes a detail unknown and reports whether it was known.
func (d *Details) clear(field Field) bool {
	before := *d
	switch field {
	case FieldAddress:
		d.Address = Address{}
	case FieldArea:
		d.AreaSqFt = 0
	case FieldBedrooms:
		d.Bedrooms = nil
	case FieldBathrooms:
		d.Bathrooms = nil
	case FieldFloor:
		d.Floor = nil
	case FieldYearBuilt:
		d.YearBuilt = nil
	case FieldLocation:
		d.Location = nil
	case FieldType, FieldExternalRef: // these are no details
	}
	return *d != before
}

// dropForeign clears the details that a property of the type cannot have, and returns those that
// were known.
func (d *Details) dropForeign(kind PropertyType) []Field {
	var dropped []Field
	for _, field := range kind.Traits().NoFields {
		if d.clear(field) {
			dropped = append(dropped, field)
		}
	}
	return dropped
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

// neededFields are the details that a submission needs.
var neededFields = []Field{FieldAddress, FieldArea, FieldLocation}

// Complete reports whether the details have everything that a submission needs.
func (d Details) Complete() bool {
	return d.Address.Complete() && d.AreaSqFt > 0 && d.Location != nil
}

// Edit changes a draft, or in a follow-up the fields that it unlocked: those that it asks for, and
// those that the gate blocks on, because an owner must be able to mend whatever keeps the answer
// back. In a draft, the details that its type cannot have are cleared too: Change.Cleared names
// them. photos are all photos of the property; they stay. It returns KindForbidden "not_owner",
// KindInvalid errors for bad values, for a detail that the type cannot have, and in a follow-up
// for clearing what a submission needs, and KindConflict: "property_locked" after submission,
// "field_locked" for a field that is not unlocked.
func (p *Property) Edit(by Actor, c DetailsChange, photos []Photo, now time.Time) (Change, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, err
	}
	kind := p.Type
	if c.Type != nil {
		kind = *c.Type
	}
	if err := c.violations(kind, now).Err(); err != nil {
		return Change{}, err
	}
	switch p.State {
	case Draft:
	case FollowUpRequired:
		if err := p.correct(c, photos, now); err != nil {
			return Change{}, err
		}
	default:
		return Change{}, Conflict("property_locked", "a property that is %s cannot be edited", p.State)
	}
	before := p.Details.Location
	c.apply(p)
	p.notePin(before)
	change := p.change(ActionEdited, p.State, by, now)
	if p.State == Draft { // what was submitted stays: the audit chain commits to it
		change.Cleared = p.Details.dropForeign(p.Type)
	}
	p.UpdatedAt = now
	touched := slices.Concat(c.Fields(), change.Cleared)
	change.Facts = append(change.Facts, names("fields", touched))
	return change, nil
}

// correct records the change as an answer to the items of the open follow-up that ask for it.
// It refuses fields that neither an item nor the gate asks for.
func (p *Property) correct(c DetailsChange, photos []Photo, now time.Time) error {
	open := p.OpenFollowUp()
	for _, field := range c.Fields() {
		if !open.wantsField(field) && !p.needsField(field, photos) {
			return Conflict("field_locked", "the follow-up does not ask to correct %s", field)
		}
	}
	var v Violations
	for _, field := range c.Clear {
		v.Require(!slices.Contains(neededFields, field), string(field), "required", "is needed and cannot be cleared; correct it")
	}
	if err := v.Err(); err != nil {
		return err
	}
	open.markCorrected(c.Fields(), now)
	return nil
}

// notePin records how far the pin was moved after the first submission. A case that was submitted
// before there was FirstPin has none: its first is taken to be the pin before this move.
func (p *Property) notePin(before *Location) {
	if p.SubmittedAt.IsZero() {
		return
	}
	if p.FirstPin == nil && before != nil {
		p.FirstPin = &before.Point
	}
	if p.FirstPin != nil && p.Details.Location != nil {
		p.PinMovedM = max(p.PinMovedM, p.FirstPin.DistanceKM(p.Details.Location.Point)*1000)
	}
}

// needsField reports whether the gate keeps the answer to a follow-up back because of the field.
// The pin is in the way of photos that it puts out of reach.
func (p *Property) needsField(field Field, photos []Photo) bool {
	for _, b := range Gate(GateAnswer, *p, Evidence{Photos: photos}).Blocking {
		if b.Field == string(field) || strings.HasPrefix(b.Field, string(field)+".") || field == FieldLocation && b.Code == BlockedTooFar {
			return true
		}
	}
	return false
}
