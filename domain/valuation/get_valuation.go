package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetValuation returns a property's current valuation.
type GetValuation struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// GetValuationInput names the property, and the actor who must be allowed to see it.
type GetValuationInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// GetValuationOutput is the valuation with the reference of its case, and whether the actor sees it
// as the owner of the case.
type GetValuationOutput struct {
	Valuation domain.Valuation
	Reference domain.Reference
	ForOwner  bool
}

// Execute returns the version that is in force. Owners, staff included, see it once their
// property is approved. Errors: KindNotFound "property_not_found" and "valuation_not_found",
// KindForbidden "reason_required".
func (uc GetValuation) Execute(ctx context.Context, in GetValuationInput) (GetValuationOutput, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (GetValuationOutput, error) {
		property, _, err := tx.OpenCase(ctx, in.Actor, in.PropertyID, uc.Clock.Now())
		if err != nil {
			return GetValuationOutput{}, err
		}
		approved := property.State == domain.Approved || property.State == domain.Valued
		forOwner := property.SeenAsOwner(in.Actor)
		if forOwner && !approved {
			return GetValuationOutput{}, domain.NotFound("valuation")
		}
		v, found, err := currentValuation(ctx, tx, property)
		if err == nil && !found {
			err = domain.NotFound("valuation")
		}
		return GetValuationOutput{v, property.Reference, forOwner}, err
	})
}
