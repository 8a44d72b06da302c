package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RejectProperty ends a case without a valuation.
type RejectProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// RejectPropertyInput names the property to reject, with the reason.
type RejectPropertyInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Code       domain.RejectionCode // one of domain.ValuerRejectionCodes
	Note       string               // 3…1000 characters
}

// Execute returns the rejected property. Errors: KindInvalid, KindNotFound
// "property_not_found", KindForbidden "own_property", KindConflict "illegal_transition" and
// "claim_not_held", those of ports.Once.
func (uc RejectProperty) Execute(ctx context.Context, in RejectPropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.Reject(in.Actor, in.Code, in.Note, now)
		if err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
