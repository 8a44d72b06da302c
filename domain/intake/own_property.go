package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ownProperty locks the actor's own property. Errors: KindNotFound "property_not_found",
// also where the property is somebody else's.
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
