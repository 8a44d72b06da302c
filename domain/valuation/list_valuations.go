package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListValuations lists every version of a property's valuation.
type ListValuations struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// ListValuationsInput names the property.
type ListValuationsInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute returns the versions, oldest first. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property" and "reason_required".
func (uc ListValuations) Execute(ctx context.Context, in ListValuationsInput) ([]domain.Valuation, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Valuation, error) {
		property, err := reviewedProperty(ctx, tx, in.Actor, in.PropertyID, uc.Clock.Now())
		if err != nil {
			return nil, err
		}
		return tx.Valuations.ByProperty(ctx, property.ID)
	})
}
