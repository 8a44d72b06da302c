package domain

import "slices"

// PhotoType is the kind of thing that a photo shows.
type PhotoType string

// The photo types. INTERNAL photos also name a Room.
const (
	PhotoFront    PhotoType = "FRONT"
	PhotoSide     PhotoType = "SIDE"
	PhotoInternal PhotoType = "INTERNAL"
	PhotoAmenity  PhotoType = "AMENITY"
	PhotoDocument PhotoType = "DOCUMENT"
)

// PhotoTraits are the rules that differ between the types of photos.
type PhotoTraits struct {
	// Placed photos must be taken at the property: their distance from it is checked.
	Placed bool
	// Exposed photos fail by too much light or glare. Paper is bright by nature.
	Exposed bool
	// DeviceNamed photos are flagged if neither file nor client names the device.
	DeviceNamed bool
	// InRoom photos name a Room, and no other photo does.
	InRoom bool
	// ShowsAnything is true if nothing that image recognition finds contradicts the type.
	ShowsAnything bool
	// InReport photos are shown in the valuation report. Personal papers are not.
	InReport bool
}

// photoTypes lists the types with their traits, in the order of the report.
var photoTypes = []struct {
	name   PhotoType
	traits PhotoTraits
}{
	{PhotoFront, PhotoTraits{Placed: true, Exposed: true, DeviceNamed: true, InReport: true}},
	{PhotoSide, PhotoTraits{Placed: true, Exposed: true, DeviceNamed: true, InReport: true}},
	{PhotoInternal, PhotoTraits{Placed: true, Exposed: true, DeviceNamed: true, InReport: true, InRoom: true}},
	{PhotoAmenity, PhotoTraits{Placed: true, Exposed: true, DeviceNamed: true, InReport: true, ShowsAnything: true}},
	{PhotoDocument, PhotoTraits{}},
}

// PhotoTypes lists every PhotoType, in the order of the report.
var PhotoTypes = func() (types []PhotoType) {
	for _, t := range photoTypes {
		types = append(types, t.name)
	}
	return types
}()

// Traits returns the rules for photos of the type. A photo of an unknown type, such as one that
// a later release stored, is subject to every check.
func (t PhotoType) Traits() PhotoTraits {
	if i := slices.Index(PhotoTypes, t); i >= 0 {
		return photoTypes[i].traits
	}
	return PhotoTraits{Placed: true, Exposed: true, DeviceNamed: true}
}

// hindi returns the name of the type in a Hindi text for owners.
func (t PhotoType) hindi() string {
	return map[PhotoType]string{
		PhotoFront: "सामने की", PhotoSide: "बगल की", PhotoInternal: "अंदर की", PhotoAmenity: "सुविधा की", PhotoDocument: "दस्तावेज़ की",
	}[t]
}
