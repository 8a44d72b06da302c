package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListPhotos lists a property's photos.
type ListPhotos struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// ListPhotosInput names the property, and the actor who must be allowed to see it.
type ListPhotosInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// ListPhotosOutput is the photos, oldest first, and whether the actor sees them as the owner of
// the case.
type ListPhotosOutput struct {
	Photos   []PhotoView
	ForOwner bool
}

// Execute returns the photos, oldest first. Errors: KindNotFound "property_not_found",
// KindForbidden "reason_required", KindUnavailable.
func (uc ListPhotos) Execute(ctx context.Context, in ListPhotosInput) (ListPhotosOutput, error) {
	now := uc.Clock.Now()
	var property domain.Property
	var access domain.CaseAccess
	photos, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		var err error
		if property, access, err = tx.OpenCase(ctx, in.Actor, in.PropertyID, now); err != nil {
			return nil, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return nil, err
		}
		if n := originals(property, in.Actor, access, photos...); n > 0 {
			event := domain.SecurityBy(in.Actor, domain.SecurityOriginalsViewed, now)
			event.TargetID, event.PropertyID, event.Count = property.OwnerID, property.ID, n
			return photos, tx.Security.Append(ctx, event)
		}
		return photos, nil
	})
	if err != nil {
		return ListPhotosOutput{}, err
	}
	views := make([]PhotoView, len(photos))
	for i, photo := range photos {
		if views[i], err = view(ctx, uc.Blobs, in.Actor, property, access, photo); err != nil {
			return ListPhotosOutput{}, err
		}
	}
	return ListPhotosOutput{views, property.SeenAsOwner(in.Actor)}, nil
}
