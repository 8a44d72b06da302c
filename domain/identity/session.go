package identity

import (
	"context"
	"crypto/hmac"
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
	Pincode      *PincodeRequired      // nil unless the number must be proved to be still its user's
	User         domain.User           // empty unless logged in
	// DeviceToken is what the client keeps for its next logins; empty unless logged in.
	DeviceToken string
	// RecoveryCodes are those of a second factor that this login confirmed.
	RecoveryCodes []string
}

// SecondFactorRequired is what staff need to continue a login with their second factor.
type SecondFactorRequired struct {
	Token     string // opens enrolTotp and verifyTotp and nothing else
	ExpiresAt time.Time
	Enrolled  bool // false: enrolTotp comes first
}

// PincodeRequired is what the holder of a number that was not used for long needs to continue a login.
type PincodeRequired struct {
	LoginID   domain.LoginID
	ExpiresAt time.Time
}

// sessionOpener makes sessions and their tokens.
type sessionOpener struct {
	tokens  ports.AccessTokens
	entropy ports.Entropy
	ids     ports.IDs
}

// open starts a session of the user in the transaction, on a client that kept these device tokens.
// Errors: those of the store and of signing.
func (o sessionOpener) open(
	ctx context.Context, tx ports.Tx, user domain.User, client domain.Client, devices []string, now time.Time,
) (LoginOutput, error) {
	id := domain.SessionID(o.ids.New())
	refresh := newRefreshToken(id, o.entropy)
	session := domain.NewSession(id, user, client, refreshHash(refresh), now)
	if err := tx.Sessions.Add(ctx, session); err != nil {
		return LoginOutput{}, err
	}
	if err := tx.Security.Append(ctx, domain.SecurityBy(user.Actor(), domain.SecurityLogin, now)); err != nil {
		return LoginOutput{}, err
	}
	device, err := keepDevice(ctx, tx, o.entropy, user.ID, devices, now)
	if err != nil {
		return LoginOutput{}, err
	}
	out, err := loggedIn(o.tokens, user, session, refresh, now)
	out.DeviceToken = device
	return out, err
}

// loggedIn signs an access token for the session and returns it with the refresh token.
func loggedIn(tokens ports.AccessTokens, user domain.User, session domain.Session, refresh string, now time.Time) (LoginOutput, error) {
	expires := now.Add(domain.AccessTokenTTL)
	if session.ExpiresAt.Before(expires) {
		expires = session.ExpiresAt
	}
	access, err := tokens.Issue(domain.Identity{Actor: user.Actor(), SessionID: session.ID, ExpiresAt: expires})
	if err != nil {
		return LoginOutput{}, err
	}
	return LoginOutput{User: user.WithoutSecrets(), Tokens: &domain.TokenPair{
		AccessToken: access, AccessExpiresAt: expires,
		RefreshToken: refresh, RefreshExpiresAt: session.ExpiresAt,
	}}, nil
}

// newRefreshToken returns a token of 256 random bits that names its session.
func newRefreshToken(id domain.SessionID, entropy ports.Entropy) string {
	return refreshToken(id, entropy.Bytes(32))
}

func refreshToken(id domain.SessionID, secret []byte) string {
	return string(id) + "." + base64.RawURLEncoding.EncodeToString(secret)
}

// successor returns the refresh token for which a token is exchanged. It is derived, so that a
// token that comes twice gets the same successor although the store has only hashes. Without the
// key nobody can derive it.
func successor(key []byte, id domain.SessionID, token string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(token))
	return refreshToken(id, h.Sum(nil))
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

func invalidCode() error {
	return domain.Unauthenticated("invalid_code", "the code is wrong or has expired")
}
