package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// WithdrawProperty ends a case at its owner's request.
type WithdrawProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// WithdrawPropertyInput names the property to withdraw.
type WithdrawPropertyInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
}

// Execute returns the withdrawn property. Errors: KindNotFound "property_not_found",
// KindConflict "illegal_transition" after the decision, those of ports.Once.
func (uc WithdrawProperty) Execute(ctx context.Context, in WithdrawPropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.Withdraw(in.Actor, now)
		if err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
