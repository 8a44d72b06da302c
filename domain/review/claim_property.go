package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ClaimProperty gives a submitted property to one valuer. If several race for it, exactly one
// gets it.
type ClaimProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ClaimPropertyInput names the property to claim.
type ClaimPropertyInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
}

// Execute returns the claimed property. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property", "role_not_allowed" and "user_disabled", KindConflict
// "already_claimed", also if the actor has the claim, "illegal_transition" and "reserved", those
// of ports.Once.
func (uc ClaimProperty) Execute(ctx context.Context, in ClaimPropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.ClaimFor(in.Actor, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := requireReviewer(ctx, tx, in.Actor); err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
