package domain

import "strings"

// BlobRoot is the prefix of every object of every property in the object store.
const BlobRoot = "properties/"

// BlobFolder is the prefix in the object store of everything that belongs to one property, or to
// one of its photos. All their keys are built here. Only a BlobFolder may be deleted as a whole,
// because no value of it contains objects of two properties. The form of the keys must not
// change, because keys are stored and later releases read them:
//
//	properties/<property>/photos/<photo>/original
//	properties/<property>/photos/<photo>/320.jpg
//	properties/<property>/photos/<photo>/1600.jpg
//	properties/<property>/reports/<valuation>.pdf
type BlobFolder struct {
	property PropertyID
	photo    PhotoID // empty for the folder of the property itself
}

// PropertyFolder returns the folder of everything that belongs to the property.
func PropertyFolder(property PropertyID) BlobFolder { return BlobFolder{property: property} }

// PhotoFolder returns the folder of the files of one photo of the property.
func PhotoFolder(property PropertyID, photo PhotoID) BlobFolder { return BlobFolder{property, photo} }

// ParseBlobFolder parses what String returned. It returns a KindInvalid error for any other
// prefix, because a shorter one, such as BlobRoot, would contain objects of other properties.
func ParseBlobFolder(prefix string) (BlobFolder, error) {
	var f BlobFolder
	switch parts := strings.Split(prefix, "/"); len(parts) {
	case 3:
		f = PropertyFolder(PropertyID(parts[1]))
	case 5:
		f = PhotoFolder(PropertyID(parts[1]), PhotoID(parts[3]))
	}
	var v Violations
	v.Require(f.property != "" && f.String() == prefix, "prefix", "format", "must be the folder of a property or a photo")
	return f, v.Err()
}

// String returns the prefix, which ends in a slash.
func (f BlobFolder) String() string {
	prefix := BlobRoot + string(f.property) + "/"
	if f.photo != "" {
		prefix += "photos/" + string(f.photo) + "/"
	}
	return prefix
}

// Key returns the key of the object of this name in the folder.
func (f BlobFolder) Key(name string) string { return f.String() + name }

// PhotoOf returns the folder of the photo of this property that the object with the key belongs
// to, and false if it belongs to none.
func (f BlobFolder) PhotoOf(key string) (BlobFolder, bool) {
	name, ok := strings.CutPrefix(key, PropertyFolder(f.property).Key("photos/"))
	photo, _, deeper := strings.Cut(name, "/")
	return PhotoFolder(f.property, PhotoID(photo)), ok && deeper && photo != ""
}

// PropertyOfBlob returns the property that the object with a key below BlobRoot belongs to.
func PropertyOfBlob(key string) PropertyID {
	id, _, _ := strings.Cut(strings.TrimPrefix(key, BlobRoot), "/")
	return PropertyID(id)
}

// Folder returns the folder of the photo's files.
func (p Photo) Folder() BlobFolder { return PhotoFolder(p.PropertyID, p.ID) }

// OriginalKey returns the key of the unaltered original in the object store.
func (p Photo) OriginalKey() string { return p.Folder().Key("original") }

// ThumbKey returns the key of the derivative of at most 320 px.
func (p Photo) ThumbKey() string { return p.Folder().Key("320.jpg") }

// DisplayKey returns the key of the derivative of at most 1600 px.
func (p Photo) DisplayKey() string { return p.Folder().Key("1600.jpg") }

// ReportKey returns the key of this version's report in the object store.
func (v *Valuation) ReportKey() string {
	return PropertyFolder(v.PropertyID).Key("reports/" + string(v.ID) + ".pdf")
}
