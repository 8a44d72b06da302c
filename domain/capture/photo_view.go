package capture

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// LinkTTL is how long a link to a photo's files may be used.
const LinkTTL = 10 * time.Minute

// PhotoView is a photo as one actor may see it.
type PhotoView struct {
	Photo domain.Photo
	Links PhotoLinks
	// ForOwner is true if the actor sees the case as its owner.
	ForOwner bool
	// Decided is true if the case is decided.
	Decided bool
	// DistanceKM is how far from the property's pin the photo was taken, in kilometres: by the
	// location in the file, or else by the device's. It is nil if there is neither, or no pin.
	DistanceKM *float64
}

// PhotoLinks are signed downloads. They are empty until the photo has its verdict, and also
// afterwards if its file has a fault.
type PhotoLinks struct {
	Thumb    string // at most 320 px
	Display  string // at most 1600 px
	Original string // the unaltered evidence; for staff with full access to the case
}

// view signs the links that the actor may have. Errors: KindUnavailable.
func view(ctx context.Context, blobs ports.Blobs, actor domain.Actor, property domain.Property, access domain.CaseAccess, photo domain.Photo) (PhotoView, error) {
	v := PhotoView{
		Photo: photo, DistanceKM: distanceKM(property, photo),
		ForOwner: property.SeenAsOwner(actor), Decided: !property.DecidedAt.IsZero(),
	}
	if !hasFiles(photo) {
		return v, nil
	}
	var err error
	if v.Links.Thumb, err = blobs.PresignGet(ctx, photo.ThumbKey(), LinkTTL); err != nil {
		return PhotoView{}, err
	}
	if v.Links.Display, err = blobs.PresignGet(ctx, photo.DisplayKey(), LinkTTL); err != nil {
		return PhotoView{}, err
	}
	if originals(property, actor, access, photo) > 0 {
		if v.Links.Original, err = blobs.PresignGet(ctx, photo.OriginalKey(), LinkTTL); err != nil {
			return PhotoView{}, err
		}
	}
	return v, nil
}

// hasFiles reports whether there are files of the photo to link to.
func hasFiles(photo domain.Photo) bool {
	return !photo.InspectedAt.IsZero() && photo.Facts.Fault == domain.NoFault
}

// originals returns how many of the photos the actor gets a link to the original of. Each such view
// is in the security log, because an original shows more of a home than a review needs.
func originals(property domain.Property, actor domain.Actor, access domain.CaseAccess, photos ...domain.Photo) int {
	if property.SeenAsOwner(actor) || !access.Originals() {
		return 0
	}
	n := 0
	for _, photo := range photos {
		if hasFiles(photo) {
			n++
		}
	}
	return n
}

func distanceKM(property domain.Property, photo domain.Photo) *float64 {
	taken := photo.Facts.EXIF.Location
	if taken == nil {
		taken = photo.Device.Location
	}
	if taken == nil || property.Details.Location == nil {
		return nil
	}
	km := taken.DistanceKM(property.Details.Location.Point)
	return &km
}
