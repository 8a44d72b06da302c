package memory

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// AccessTokens is a ports.AccessTokens for tests: the identity as JSON and an HMAC of it.
type AccessTokens struct{ secret []byte }

// NewAccessTokens returns AccessTokens that sign with the secret.
func NewAccessTokens(secret []byte) *AccessTokens { return &AccessTokens{secret} }

var tokenText = base64.RawURLEncoding.Strict()

func (a *AccessTokens) seal(claims string) string {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(claims))
	return tokenText.EncodeToString(mac.Sum(nil))
}

// Issue implements ports.AccessTokens.
func (a *AccessTokens) Issue(identity domain.Identity) (string, error) {
	encoded, err := json.Marshal(identity)
	if err != nil {
		return "", err
	}
	claims := tokenText.EncodeToString(encoded)
	return claims + "." + a.seal(claims), nil
}

// Verify implements ports.AccessTokens.
func (a *AccessTokens) Verify(token string, now time.Time) (domain.Identity, error) {
	invalid := domain.Unauthenticated("invalid_token", "the access token is not valid")
	claims, seal, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(seal), []byte(a.seal(claims))) {
		return domain.Identity{}, invalid
	}
	encoded, err := tokenText.DecodeString(claims)
	if err != nil {
		return domain.Identity{}, invalid
	}
	var identity domain.Identity
	if err := json.Unmarshal(encoded, &identity); err != nil {
		return domain.Identity{}, invalid
	}
	if !now.Before(identity.ExpiresAt) {
		return domain.Identity{}, domain.Unauthenticated("token_expired", "the access token has expired")
	}
	return identity, nil
}
