package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// HeartbeatClaim keeps a claim alive for another domain.ClaimIdle. It leaves no audit entry,
// because it is not an event in the history of the case.
type HeartbeatClaim struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// HeartbeatClaimInput names the claimed property and its valuer.
type HeartbeatClaimInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute records that the valuer is at work. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property", KindConflict "illegal_transition" and "claim_not_held".
func (uc HeartbeatClaim) Execute(ctx context.Context, in HeartbeatClaimInput) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return err
		}
		if err := property.Heartbeat(in.Actor, now); err != nil {
			return err
		}
		return tx.Properties.Update(ctx, &property)
	})
}
