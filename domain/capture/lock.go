package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ownProperty locks the actor's own property. Everybody locks a property before its photos,
// so that no two transactions wait for each other. Errors: KindNotFound
// "property_not_found", also where the property is somebody else's.
func ownProperty(ctx context.Context, tx ports.Tx, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Lock(ctx, id)
	if err != nil {
		return domain.Property{}, err
	}
	if !property.OwnedBy(actor.ID) {
		return domain.Property{}, domain.NotFound("property")
	}
	return property, nil
}

// lockPhoto locks a photo of the property. Errors: KindNotFound "photo_not_found", also
// where the photo is another property's.
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
