package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReturnValuation sends a risky valuation back: to its valuer, or if the valuer can no longer
// review, to the queue.
type ReturnValuation struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ReturnValuationInput names the property whose valuation is returned, with the reason.
type ReturnValuationInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Reason     string // 3…1000 characters
}

// Execute returns the property, which is under review by its valuer again, or free for all.
// Errors: KindInvalid,
// KindNotFound "property_not_found", KindForbidden "own_property", "same_person" and
// "role_not_allowed", KindConflict "illegal_transition", those of ports.Once.
func (uc ReturnValuation) Execute(ctx context.Context, in ReturnValuationInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		valuation, err := currentValuation(ctx, tx, property)
		if err != nil {
			return domain.Property{}, err
		}
		valuer, err := lockUser(ctx, tx, valuation.ValuerID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.Return(in.Actor, &valuation, valuer, in.Reason, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := requireSupervisor(ctx, tx, in.Actor); err != nil {
			return domain.Property{}, err
		}
		if valuation.SignOff.Name, err = nameOf(ctx, tx, in.Actor); err != nil {
			return domain.Property{}, err
		}
		if err := tx.Valuations.Update(ctx, &valuation); err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
