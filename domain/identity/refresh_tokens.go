package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RefreshTokens exchanges a refresh token for a new pair of tokens. A refresh token is good for
// one use: if it is used again it counts as stolen, and its session ends.
type RefreshTokens struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	Entropy      ports.Entropy
	Sessions     ports.Sessions
	AccessTokens ports.AccessTokens
}

// RefreshTokensInput is the refresh token to exchange.
type RefreshTokensInput struct {
	RefreshToken string
}

// Execute rotates the session's refresh token and signs an access token for the user's current
// role. Errors: KindUnauthenticated "session_ended", also for disabled users, and
// "refresh_reused", KindUnavailable.
func (uc RefreshTokens) Execute(ctx context.Context, in RefreshTokensInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	id, ok := refreshSession(in.RefreshToken)
	if !ok {
		return LoginOutput{}, sessionEnded()
	}
	// A rotation cannot be undone. While the users cannot be read it would use up the client's
	// token for nothing and so log everybody out.
	if err := uc.UnitOfWork.Do(ctx, func(context.Context, ports.Tx) error { return nil }); err != nil {
		return LoginOutput{}, err
	}
	refresh := newRefreshToken(id, uc.Entropy)
	session, err := uc.Sessions.Rotate(ctx, id, refreshHash(in.RefreshToken), refreshHash(refresh), now, now.Add(domain.RefreshTokenTTL))
	if err != nil {
		return LoginOutput{}, err
	}
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, session.UserID)
	})
	switch {
	case domain.IsKind(err, domain.KindNotFound), err == nil && user.Disabled:
		if err := uc.Sessions.Revoke(ctx, id); err != nil {
			return LoginOutput{}, err
		}
		return LoginOutput{}, sessionEnded()
	case err != nil:
		return LoginOutput{}, err
	}
	return loggedIn(uc.AccessTokens, user, session, refresh, now)
}
