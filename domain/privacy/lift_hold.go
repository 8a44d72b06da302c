package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// LiftHold ends a hold, so that what it covers is purged when its time comes.
type LiftHold struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// LiftHoldInput names the hold.
type LiftHoldInput struct {
	Actor  domain.Actor
	Key    domain.IdempotencyKey
	HoldID domain.LegalHoldID
	Reason string
}

// Execute returns the lifted hold. Errors: KindInvalid, KindNotFound "hold_not_found", KindConflict
// "hold_lifted", those of ports.Once.
func (uc LiftHold) Execute(ctx context.Context, in LiftHoldInput) (domain.LegalHold, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.LegalHold, error) {
		hold, err := tx.LegalHolds.Lock(ctx, in.HoldID)
		if err != nil {
			return domain.LegalHold{}, err
		}
		if err := hold.Lift(in.Actor, in.Reason, now); err != nil {
			return domain.LegalHold{}, err
		}
		if err := tx.LegalHolds.Update(ctx, &hold); err != nil {
			return domain.LegalHold{}, err
		}
		return hold, record(ctx, tx, in.Actor, lifted(hold))
	})
}
