package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReassignClaim lets a supervisor give a case that a valuer has to another one.
type ReassignClaim struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ReassignClaimInput names the claimed or reserved property and who gets it, with the reason.
type ReassignClaimInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	ValuerID   domain.UserID // a valuer or supervisor, the actor included
	Reason     string        // 3…500 characters
}

// Execute returns the property. Both valuers learn of it by a live event. Errors: KindInvalid,
// also if the user cannot review this property or does not exist, KindNotFound
// "property_not_found", KindForbidden "own_property" and "role_not_allowed", KindConflict
// "illegal_transition", those of ports.Once.
func (uc ReassignClaim) Execute(ctx context.Context, in ReassignClaimInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		if err := tx.AdmitBy(ctx, domain.ActionClaimReassigned, in.Actor, property, now); err != nil { // the answer shows the case
			return domain.Property{}, err
		}
		to, err := lockUser(ctx, tx, in.ValuerID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.ReassignClaim(in.Actor, to, in.Reason, now)
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
