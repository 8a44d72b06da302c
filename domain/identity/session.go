package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// LoginOutput is what a step of a login answers: the tokens, or that the second factor is
// still to be given.
type LoginOutput struct {
	Tokens       *domain.TokenPair     // nil while the second factor is pending
	SecondFactor *SecondFactorRequired // nil once logged in
	User         domain.User           // nobody while the second factor is pending
}

// SecondFactorRequired says that the login goes on with the second factor.
type SecondFactorRequired struct {
	Token     string // opens enrolTotp and verifyTotp and nothing else
	ExpiresAt time.Time
	Enrolled  bool // false: enrolTotp comes first
}

// sessionOpener makes sessions and their tokens.
type sessionOpener struct {
	sessions ports.Sessions
	tokens   ports.AccessTokens
	entropy  ports.Entropy
	ids      ports.IDs
}

// open logs the user in. Errors: KindUnavailable, and those of signing.
func (o sessionOpener) open(ctx context.Context, user domain.User, now time.Time) (LoginOutput, error) {
	id := domain.SessionID(o.ids.New())
	refresh := newRefreshToken(id, o.entropy)
	session := domain.Session{
		ID: id, UserID: user.ID, RefreshHash: refreshHash(refresh),
		CreatedAt: now, ExpiresAt: now.Add(domain.RefreshTokenTTL),
	}
	out, err := loggedIn(o.tokens, user, session, refresh, now)
	if err != nil {
		return LoginOutput{}, err
	}
	if err := o.sessions.Create(ctx, session); err != nil {
		return LoginOutput{}, err
	}
	return out, nil
}

// loggedIn signs an access token for the session and puts it beside the refresh token.
func loggedIn(tokens ports.AccessTokens, user domain.User, session domain.Session, refresh string, now time.Time) (LoginOutput, error) {
	expires := now.Add(domain.AccessTokenTTL)
	access, err := tokens.Issue(domain.Identity{Actor: user.Actor(), SessionID: session.ID, ExpiresAt: expires})
	if err != nil {
		return LoginOutput{}, err
	}
	return LoginOutput{User: withoutSecret(user), Tokens: &domain.TokenPair{
		AccessToken: access, AccessExpiresAt: expires,
		RefreshToken: refresh, RefreshExpiresAt: session.ExpiresAt,
	}}, nil
}

// newRefreshToken makes a token of 256 random bits that names its session.
func newRefreshToken(id domain.SessionID, entropy ports.Entropy) string {
	return string(id) + "." + base64.RawURLEncoding.EncodeToString(entropy.Bytes(32))
}

// refreshSession reads which session a refresh token names.
func refreshSession(token string) (domain.SessionID, bool) {
	id, secret, ok := strings.Cut(token, ".")
	return domain.SessionID(id), ok && id != "" && secret != ""
}

// refreshHash is what a store keeps of a refresh token. Its 256 random bits need neither
// salt nor stretching.
func refreshHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// withoutSecret returns the user as others may see them.
func withoutSecret(user domain.User) domain.User {
	user.TOTP.Secret = ""
	return user
}

func userDisabled() error {
	return domain.Forbidden("user_disabled", "this account is disabled")
}

func invalidCode() error {
	return domain.Unauthenticated("invalid_code", "the code is wrong or has expired")
}

func sessionEnded() error {
	return domain.Unauthenticated("session_ended", "the session has ended; log in again")
}
