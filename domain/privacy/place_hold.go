package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PlaceHold orders that the data of a case, or of a person with all their cases, be kept.
type PlaceHold struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// PlaceHoldInput names either a case or a person.
type PlaceHoldInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	UserID     domain.UserID
	Reason     string
}

// Execute returns the hold. Errors: KindInvalid, KindNotFound "property_not_found" and
// "user_not_found", those of ports.Once.
func (uc PlaceHold) Execute(ctx context.Context, in PlaceHoldInput) (domain.LegalHold, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.LegalHold, error) {
		hold, err := domain.PlaceHold(domain.LegalHoldID(uc.IDs.New()), in.Actor, in.PropertyID, in.UserID, in.Reason, now)
		if err != nil {
			return domain.LegalHold{}, err
		}
		// A purge locks the same row, and so either ends before the hold or sees it.
		if hold.PropertyID != "" {
			_, err = tx.Properties.Lock(ctx, hold.PropertyID)
		} else {
			_, err = tx.Users.Lock(ctx, hold.UserID)
		}
		if err != nil {
			return domain.LegalHold{}, err
		}
		if err := tx.LegalHolds.Add(ctx, hold); err != nil {
			return domain.LegalHold{}, err
		}
		return hold, record(ctx, tx, in.Actor, placed(hold))
	})
}
