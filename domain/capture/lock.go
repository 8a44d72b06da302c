package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// lockPhoto locks a photo of the property. Errors: KindNotFound "photo_not_found", also if the
// photo belongs to another property.
func lockPhoto(ctx context.Context, tx ports.Tx, property domain.PropertyID, id domain.PhotoID) (domain.Photo, error) {
	photo, err := tx.Photos.Lock(ctx, id)
	if err != nil {
		return domain.Photo{}, err
	}
	if photo.PropertyID != property {
		return domain.Photo{}, domain.NotFound("photo")
	}
	return photo, nil
}

// lockReviewed locks a photo of a property that the actor reviews. Errors: those of LockVisible,
// RequireClaim and lockPhoto.
func lockReviewed(ctx context.Context, tx ports.Tx, by domain.Actor, property domain.PropertyID, id domain.PhotoID, action domain.Action) (domain.Property, domain.Photo, error) {
	reviewed, err := tx.LockVisible(ctx, by, property)
	if err != nil {
		return domain.Property{}, domain.Photo{}, err
	}
	if err := reviewed.RequireClaim(action, by); err != nil {
		return domain.Property{}, domain.Photo{}, err
	}
	photo, err := lockPhoto(ctx, tx, reviewed.ID, id)
	return reviewed, photo, err
}
