package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RefreshTokens exchanges a refresh token for a new pair of tokens. A refresh token is good for
// one exchange, and for domain.RefreshLeeway again while its successor is unused. If it is used
// again later it counts as stolen, and its session ends.
type RefreshTokens struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	AccessTokens ports.AccessTokens
	// Keys derive the successors of refresh tokens, the first those of new exchanges.
	Keys [][]byte
}

// RefreshTokensInput is the refresh token to exchange, and the kind of client that sends it.
type RefreshTokensInput struct {
	RefreshToken string
	Client       domain.Client
}

// Execute rotates the session's refresh token and signs an access token for the user's current
// role. Errors: KindUnauthenticated "session_ended", also for disabled users and for a session of
// another kind of client, and "refresh_reused", KindUnavailable.
func (uc RefreshTokens) Execute(ctx context.Context, in RefreshTokensInput) (LoginOutput, error) {
	id, ok := refreshSession(in.RefreshToken)
	if !ok {
		return LoginOutput{}, domain.SessionEnded()
	}
	var refused error // what is refused may have ended the session, so it commits
	out, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (LoginOutput, error) {
		var (
			out LoginOutput
			err error
		)
		out, refused, err = uc.exchange(ctx, tx, id, in)
		return out, err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return LoginOutput{}, err
	}
	return out, nil
}

// exchange returns the new tokens, or why they are refused.
func (uc RefreshTokens) exchange(ctx context.Context, tx ports.Tx, id domain.SessionID, in RefreshTokensInput) (out LoginOutput, refused, err error) {
	now := uc.Clock.Now()
	session, err := tx.Sessions.Lock(ctx, id)
	if domain.IsKind(err, domain.KindNotFound) || err == nil && session.Client != in.Client {
		return LoginOutput{}, domain.SessionEnded(), nil
	}
	if err != nil {
		return LoginOutput{}, nil, err
	}
	user, err := tx.Users.Get(ctx, session.UserID)
	if err != nil {
		return LoginOutput{}, nil, err
	}
	if user.Disabled {
		return LoginOutput{}, domain.SessionEnded(), nil
	}
	hash := refreshHash(in.RefreshToken)
	spent, err := tx.Sessions.Spent(ctx, id, hash)
	if err != nil {
		return LoginOutput{}, nil, err
	}
	next := successor(uc.Keys[0], id, in.RefreshToken)
	switch session.Refresh(hash, refreshHash(next), spent, user.Role, now) {
	case domain.RefreshUnknown:
		return LoginOutput{}, domain.SessionEnded(), nil
	case domain.RefreshReused:
		reused := domain.Unauthenticated("refresh_reused", "this refresh token was used before; log in again")
		if err := tx.Security.Append(ctx, domain.SecurityBy(user.Actor(), domain.SecurityRefreshReused, now)); err != nil {
			return LoginOutput{}, nil, err
		}
		return LoginOutput{}, reused, tx.Sessions.Update(ctx, &session)
	case domain.RefreshRepeated:
		var ok bool
		if next, ok = uc.successorOf(session, in.RefreshToken); !ok {
			return LoginOutput{}, domain.SessionEnded(), nil
		}
	case domain.RefreshRotated:
		if err := tx.Sessions.Spend(ctx, id, hash); err != nil {
			return LoginOutput{}, nil, err
		}
		if err := tx.Sessions.Update(ctx, &session); err != nil {
			return LoginOutput{}, nil, err
		}
	}
	out, err = loggedIn(uc.AccessTokens, user, session, next, now)
	return out, nil, err
}

// successorOf returns the session's current refresh token, which was derived from the one before
// by one of the keys, and whether it was found: that key may have been removed meanwhile.
func (uc RefreshTokens) successorOf(session domain.Session, token string) (string, bool) {
	for _, key := range uc.Keys {
		if next := successor(key, session.ID, token); refreshHash(next) == session.RefreshHash {
			return next, true
		}
	}
	return "", false
}
