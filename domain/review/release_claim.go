package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReleaseClaim puts a claimed property back into the queue.
type ReleaseClaim struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ReleaseClaimInput names the claimed property to release.
type ReleaseClaimInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
}

// Execute returns the released property. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property", KindConflict "illegal_transition" and "claim_not_held",
// those of ports.Once.
func (uc ReleaseClaim) Execute(ctx context.Context, in ReleaseClaimInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.Release(in.Actor, now)
		if err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
