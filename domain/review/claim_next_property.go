package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ClaimNextProperty gives a valuer the property that they should review next.
type ClaimNextProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ClaimNextPropertyInput is the valuer who claims.
type ClaimNextPropertyInput struct {
	Actor domain.Actor
	Key   domain.IdempotencyKey
}

// Execute returns the claimed property. Errors: KindNotFound "queue_empty" if none waits for this
// valuer, KindForbidden "role_not_allowed" and "user_disabled", those of ports.Once.
func (uc ClaimNextProperty) Execute(ctx context.Context, in ClaimNextPropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.Properties.LockNext(ctx, in.Actor.ID, now)
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
