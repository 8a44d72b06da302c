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

// LoginOutput is the result of one step of a login: the tokens, or the demand for the second
// factor.
type LoginOutput struct {
	Tokens       *domain.TokenPair     // nil while the second factor is pending
	SecondFactor *SecondFactorRequired // nil once logged in
	User         domain.User           // empty while the second factor is pending
	// RecoveryCodes are those of a second factor that this login confirmed.
	RecoveryCodes []string
}

// SecondFactorRequired is what staff need to continue a login with their second factor.
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

// open starts a session of the user. Errors: KindUnavailable, and those of signing.
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

// loggedIn signs an access token for the session and returns it with the refresh token.
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

// newRefreshToken returns a token of 256 random bits that names its session.
func newRefreshToken(id domain.SessionID, entropy ports.Entropy) string {
	return string(id) + "." + base64.RawURLEncoding.EncodeToString(entropy.Bytes(32))
}

// refreshSession returns the session that a refresh token names, and whether the token is well
// formed.
func refreshSession(token string) (domain.SessionID, bool) {
	id, secret, ok := strings.Cut(token, ".")
	return domain.SessionID(id), ok && id != "" && secret != ""
}

// refreshHash returns what is stored of a refresh token. It uses neither salt nor stretching,
// because 256 random bits cannot be guessed.
func refreshHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// withoutSecret returns the user as others may see it.
func withoutSecret(user domain.User) domain.User { return user.WithoutSecrets() }

func invalidCode() error {
	return domain.Unauthenticated("invalid_code", "the code is wrong or has expired")
}

func sessionEnded() error {
	return domain.Unauthenticated("session_ended", "the session has ended; log in again")
}
