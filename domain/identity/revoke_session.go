package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RevokeSession ends one of a user's own sessions.
type RevokeSession struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// RevokeSessionInput names the session.
type RevokeSessionInput struct {
	Actor     domain.Actor
	SessionID domain.SessionID
}

// Execute ends the session; doing so again changes nothing. Errors: KindNotFound
// "session_not_found", also for the session of another user, KindUnavailable.
func (uc RevokeSession) Execute(ctx context.Context, in RevokeSessionInput) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		session, err := tx.Sessions.Lock(ctx, in.SessionID)
		switch {
		case err != nil:
			return err
		case session.UserID != in.Actor.ID:
			return domain.NotFound("session")
		case !session.EndedAt.IsZero():
			return nil
		}
		session.End(domain.EndedByHolder, uc.Clock.Now())
		if err := tx.Sessions.Update(ctx, &session); err != nil {
			return err
		}
		event := domain.SecurityBy(in.Actor, domain.SecuritySessionRevoked, session.EndedAt)
		event.TargetID = session.UserID
		return tx.Security.Append(ctx, event)
	})
}
