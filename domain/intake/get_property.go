package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetProperty reads one property.
type GetProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// GetPropertyInput names the property, and the actor who must be allowed to see it.
type GetPropertyInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute returns the property. Errors: KindNotFound "property_not_found", KindForbidden
// "reason_required".
func (uc GetProperty) Execute(ctx context.Context, in GetPropertyInput) (domain.Property, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, _, err := tx.OpenCase(ctx, in.Actor, in.PropertyID, uc.Clock.Now())
		return property, err
	})
}
