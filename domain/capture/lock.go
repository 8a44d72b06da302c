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
