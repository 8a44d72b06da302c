package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Logout ends a session, which the caller names by an access token or by its refresh token.
type Logout struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// LogoutInput names the sessions to end; either field may be empty.
type LogoutInput struct {
	Identity     domain.Identity
	RefreshToken string
	Client       domain.Client
}

// Execute ends the sessions; doing so again changes nothing. It does nothing for a login that
// awaits its second factor, because that has no session yet, and for a refresh token that is not
// one of its session. Errors: KindUnavailable.
func (uc Logout) Execute(ctx context.Context, in LogoutInput) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		if in.Identity.SessionID != "" {
			if err := uc.end(ctx, tx, in.Identity.SessionID, ""); err != nil {
				return err
			}
		}
		id, ok := refreshSession(in.RefreshToken)
		if !ok || id == in.Identity.SessionID {
			return nil
		}
		return uc.end(ctx, tx, id, refreshHash(in.RefreshToken))
	})
}

// end ends the session. If hash is not empty, it must be that of a refresh token of the session,
// because anyone who learned a session's id could end it otherwise.
func (uc Logout) end(ctx context.Context, tx ports.Tx, id domain.SessionID, hash string) error {
	session, err := tx.Sessions.Lock(ctx, id)
	if domain.IsKind(err, domain.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if hash != "" && hash != session.RefreshHash {
		spent, err := tx.Sessions.Spent(ctx, id, hash)
		if err != nil || !spent {
			return err
		}
	}
	if !session.EndedAt.IsZero() {
		return nil
	}
	session.End(domain.EndedByLogout, uc.Clock.Now())
	if err := tx.Sessions.Update(ctx, &session); err != nil {
		return err
	}
	return tx.Security.Append(ctx, domain.SecurityEvent{At: session.EndedAt, Code: domain.SecurityLogout, ActorID: session.UserID})
}
