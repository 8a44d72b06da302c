package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// EndSessions lets an operator end the sessions of one user or of everybody, if a login or a key
// may be in the wrong hands. It is not an operation of the API.
type EndSessions struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	PhoneNumbers ports.PhoneNumbers
}

// EndSessionsInput is whose sessions end.
type EndSessionsInput struct {
	Phone string // as the operator writes it; empty for everybody
}

// Execute returns how many sessions it ended. Of everybody's, it may miss one whose login commits meanwhile,
// so operators call it twice. Errors: KindInvalid for the phone, KindNotFound
// "user_not_found", KindUnavailable.
func (uc EndSessions) Execute(ctx context.Context, in EndSessionsInput) (int, error) {
	now := uc.Clock.Now()
	if in.Phone == "" {
		return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (int, error) {
			ended, err := tx.Sessions.EndEverybody(ctx, domain.EndedByOperator, now)
			if err != nil {
				return 0, err
			}
			return ended, record(ctx, tx, domain.SecurityBy(domain.System, domain.SecurityLogoutEverywhere, now))
		})
	}
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return 0, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (int, error) {
		user, err := lockByPhone(ctx, tx, phone) // a login under way waits or is ended, too
		if err != nil {
			return 0, err
		}
		ended, err := tx.Sessions.EndAll(ctx, user.ID, "", domain.EndedByOperator, now)
		if err != nil {
			return 0, err
		}
		event := domain.SecurityBy(domain.System, domain.SecurityLogoutEverywhere, now)
		event.TargetID = user.ID
		return ended, record(ctx, tx, event)
	})
}
