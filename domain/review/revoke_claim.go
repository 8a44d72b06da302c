package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RevokeClaim lets a supervisor take a case from the valuer who has it. The case goes back to the
// queue, or if it was only reserved, becomes free for all.
type RevokeClaim struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// RevokeClaimInput names the claimed or reserved property, with the reason.
type RevokeClaimInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Reason     string // 3…500 characters
}

// Execute returns the property. The valuer learns of it by a live event. Errors: KindInvalid,
// KindNotFound "property_not_found", KindForbidden "own_property" and "role_not_allowed",
// KindConflict "illegal_transition", those of ports.Once.
func (uc RevokeClaim) Execute(ctx context.Context, in RevokeClaimInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		if err := tx.AdmitBy(ctx, domain.ActionClaimRevoked, in.Actor, property, now); err != nil { // the answer shows the case
			return domain.Property{}, err
		}
		change, err := property.RevokeClaim(in.Actor, in.Reason, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := requireSupervisor(ctx, tx, in.Actor); err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
