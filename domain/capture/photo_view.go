package capture

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// LinkTTL is how long a link to a photo's files may be used.
const LinkTTL = 10 * time.Minute

// PhotoView is a photo as one reader may see it.
type PhotoView struct {
	Photo domain.Photo
	Links PhotoLinks
	// DistanceKM is how far from the property the photo was taken, in kilometres: by the
	// file, else by the device; nil where neither says or the property's place is unknown.
	DistanceKM *float64
}

// PhotoLinks are signed downloads. They are empty until the photo has its verdict, and
// where its file could not be read.
type PhotoLinks struct {
	Thumb    string // at most 320 px
	Display  string // at most 1600 px
	Original string // the unaltered evidence; for reviewing staff only
}

// view signs the links that the actor may have. Errors: KindUnavailable.
func view(ctx context.Context, blobs ports.Blobs, actor domain.Actor, property domain.Property, photo domain.Photo) (PhotoView, error) {
	v := PhotoView{Photo: photo, DistanceKM: distanceKM(property, photo)}
	if photo.InspectedAt.IsZero() || photo.Facts.Fault != domain.NoFault {
		return v, nil
	}
	var err error
	if v.Links.Thumb, err = blobs.PresignGet(ctx, photo.ThumbKey(), LinkTTL); err != nil {
		return PhotoView{}, err
	}
	if v.Links.Display, err = blobs.PresignGet(ctx, photo.DisplayKey(), LinkTTL); err != nil {
		return PhotoView{}, err
	}
	if actor.Role.Reviews() {
		if v.Links.Original, err = blobs.PresignGet(ctx, photo.OriginalKey(), LinkTTL); err != nil {
			return PhotoView{}, err
		}
	}
	return v, nil
}

func distanceKM(property domain.Property, photo domain.Photo) *float64 {
	where := photo.Facts.EXIF.Location
	if where == nil {
		where = photo.Device.Location
	}
	if where == nil || property.Details.Location == nil {
		return nil
	}
	km := where.DistanceKM(property.Details.Location.Point)
	return &km
}
