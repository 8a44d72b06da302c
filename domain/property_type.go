package domain

import "slices"

// PropertyType is the kind of a property.
type PropertyType string

// The property types.
const (
	Apartment  PropertyType = "APARTMENT"
	House      PropertyType = "HOUSE"
	Villa      PropertyType = "VILLA"
	Commercial PropertyType = "COMMERCIAL"
	Land       PropertyType = "LAND"
)

// PropertyTraits are the rules that differ between the types of properties.
type PropertyTraits struct {
	// Required are the photo types of which a submission needs at least one.
	Required []PhotoType
	// NoFields are the details that a property of the type cannot have.
	NoFields []Field
	// NoPhotos are the photo types that cannot show a property of the type.
	NoPhotos []PhotoType
}

// built are the traits of everything that has walls.
var built = PropertyTraits{Required: []PhotoType{PhotoFront, PhotoInternal}}

// propertyTypes lists the types with their traits.
var propertyTypes = []struct {
	name   PropertyType
	traits PropertyTraits
}{
	{Apartment, built},
	{House, built},
	{Villa, built},
	{Commercial, built},
	{Land, PropertyTraits{
		Required: []PhotoType{PhotoFront, PhotoSide},
		NoFields: []Field{FieldBedrooms, FieldBathrooms, FieldFloor, FieldYearBuilt},
		NoPhotos: []PhotoType{PhotoInternal},
	}},
}

// PropertyTypes lists every PropertyType.
var PropertyTypes = func() (types []PropertyType) {
	for _, t := range propertyTypes {
		types = append(types, t.name)
	}
	return types
}()

// Traits returns the rules for properties of the type. An unknown type, such as one that a later
// release stored, has those of a building.
func (t PropertyType) Traits() PropertyTraits {
	if i := slices.Index(PropertyTypes, t); i >= 0 {
		return propertyTypes[i].traits
	}
	return built
}

// RequiredPhotos lists the photo types of which a submission needs at least one.
func (t PropertyType) RequiredPhotos() []PhotoType { return t.Traits().Required }

// CanHave reports whether a property of the type can have this detail: LAND has no floor.
func (t PropertyType) CanHave(f Field) bool { return !slices.Contains(t.Traits().NoFields, f) }

// CanShow reports whether a photo of a property of the type can show the subject: LAND has no
// rooms. A photo that cannot is no evidence, but stays in the case.
func (t PropertyType) CanShow(s Subject) bool { return !slices.Contains(t.Traits().NoPhotos, s.Type) }
