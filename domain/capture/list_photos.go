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
// KindUnavailable.
func (uc ListPhotos) Execute(ctx context.Context, in ListPhotosInput) (ListPhotosOutput, error) {
	var property domain.Property
	photos, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		var err error
		if property, err = tx.GetVisible(ctx, in.Actor, in.PropertyID); err != nil {
			return nil, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return nil, err
		}
		if n := originals(property, in.Actor, photos...); n > 0 {
			event := domain.SecurityBy(in.Actor, domain.SecurityOriginalsViewed, uc.Clock.Now())
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
		if views[i], err = view(ctx, uc.Blobs, in.Actor, property, photo); err != nil {
			return ListPhotosOutput{}, err
		}
	}
	return ListPhotosOutput{views, property.SeenAsOwner(in.Actor)}, nil
}
