package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetPhoto reads one photo.
type GetPhoto struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// GetPhotoInput names the photo, and the actor who must be allowed to see it.
type GetPhotoInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	PhotoID    domain.PhotoID
}

// Execute returns the photo. Errors: KindNotFound "property_not_found" and
// "photo_not_found", KindForbidden "reason_required", KindUnavailable.
func (uc GetPhoto) Execute(ctx context.Context, in GetPhotoInput) (PhotoView, error) {
	now := uc.Clock.Now()
	var property domain.Property
	var access domain.CaseAccess
	photo, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		var err error
		if property, access, err = tx.OpenCase(ctx, in.Actor, in.PropertyID, now); err != nil {
			return domain.Photo{}, err
		}
		photo, err := tx.Photos.Get(ctx, in.PhotoID)
		if err == nil && photo.PropertyID != property.ID {
			err = domain.NotFound("photo")
		}
		if err == nil && originals(property, in.Actor, access, photo) > 0 {
			event := domain.SecurityBy(in.Actor, domain.SecurityOriginalsViewed, now)
			event.TargetID, event.PropertyID, event.PhotoID = property.OwnerID, property.ID, photo.ID
			err = tx.Security.Append(ctx, event)
		}
		return photo, err
	})
	if err != nil {
		return PhotoView{}, err
	}
	return view(ctx, uc.Blobs, in.Actor, property, access, photo)
}
