package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// LogoutEverywhere ends all of a user's own sessions, for one who lost a phone.
type LogoutEverywhere struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// LogoutEverywhereInput is whose sessions.
type LogoutEverywhereInput struct {
	Actor domain.Actor
}

// Execute ends all sessions, that of the request among them. Errors: KindUnavailable.
func (uc LogoutEverywhere) Execute(ctx context.Context, in LogoutEverywhereInput) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		now := uc.Clock.Now()
		if _, err := tx.Sessions.EndAll(ctx, in.Actor.ID, "", domain.EndedByHolder, now); err != nil {
			return err
		}
		event := domain.SecurityBy(in.Actor, domain.SecurityLogoutEverywhere, now)
		event.TargetID = in.Actor.ID
		return tx.Security.Append(ctx, event)
	})
}
