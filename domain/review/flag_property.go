package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// FlagProperty requires a supervisor's sign-off for a case.
type FlagProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// FlagPropertyInput names the property to flag, with the reason.
type FlagPropertyInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Reason     string // 3…500 characters
}

// Execute returns the flagged property. Errors: KindInvalid, KindNotFound
// "property_not_found", KindForbidden "own_property", KindConflict "illegal_transition" and
// "claim_not_held", those of ports.Once.
func (uc FlagProperty) Execute(ctx context.Context, in FlagPropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.Flag(in.Actor, in.Reason, now)
		if err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
