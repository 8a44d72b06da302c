package jwt

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// MinKeyBytes is the minimum length of a key: the length of the hash (RFC 7518, 3.2).
const MinKeyBytes = 32

var _ ports.AccessTokens = (*AccessTokens)(nil)

// AccessTokens signs and checks access tokens. It is safe for concurrent use.
type AccessTokens struct {
	issuer, audience string
	signing          string            // the id of the key that signs
	keys             map[string][]byte // by id

	mu    sync.Mutex
	known map[[sha256.Size]byte]domain.Identity // the identities in valid tokens, by token hash
}

// knownTokens is the maximum number of valid tokens in the cache, at some hundred bytes each.
const knownTokens = 10_000

// New returns AccessTokens that name this issuer and audience, sign with the first key and
// accept all keys. Errors: no key, a key shorter than MinKeyBytes, an empty issuer or audience.
func New(issuer, audience string, keys ...[]byte) (*AccessTokens, error) {
	if issuer == "" || audience == "" {
		return nil, errors.New("access tokens need an issuer and an audience")
	}
	if len(keys) == 0 {
		return nil, errors.New("access tokens need a key")
	}
	t := &AccessTokens{issuer: issuer, audience: audience, signing: keyID(keys[0]), keys: map[string][]byte{}, known: map[[sha256.Size]byte]domain.Identity{}}
	for i, key := range keys {
		if len(key) < MinKeyBytes {
			return nil, fmt.Errorf("key %d for access tokens has %d bytes, not at least %d", i+1, len(key), MinKeyBytes)
		}
		t.keys[keyID(key)] = slices.Clone(key)
	}
	return t, nil
}

// keyID names a key by its hash, so that replicas agree without configuring names.
func keyID(key []byte) string {
	sum := sha256.Sum256(slices.Concat([]byte("propflow access token key id\x00"), key))
	return hex.EncodeToString(sum[:6])
}

// claims are the contents of a token.
type claims struct {
	Role                domain.Role      `json:"role"`
	SessionID           domain.SessionID `json:"sid,omitempty"`
	SecondFactorPending bool             `json:"sfp,omitempty"`
	jwt.RegisteredClaims
}

// Validate refuses tokens without a subject or with a role that cannot log in. The parser
// calls it.
func (c claims) Validate() error {
	if c.Subject == "" {
		return errors.New("no subject")
	}
	if c.Role != domain.RoleCustomer && !c.Role.IsStaff() {
		return fmt.Errorf("role %q cannot log in", c.Role)
	}
	return nil
}

// Issue signs an identity. The token's expiry is in whole seconds, rounded down. Errors: an
// identity without user or expiry, or with a role that cannot log in.
func (t *AccessTokens) Issue(identity domain.Identity) (string, error) {
	c := claims{
		Role: identity.Actor.Role, SessionID: identity.SessionID, SecondFactorPending: identity.SecondFactorPending,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: t.issuer, Audience: jwt.ClaimStrings{t.audience}, Subject: string(identity.Actor.ID),
			ExpiresAt: jwt.NewNumericDate(identity.ExpiresAt),
		},
	}
	if err := c.Validate(); err != nil {
		return "", fmt.Errorf("issue access token: %w", err)
	}
	if identity.ExpiresAt.IsZero() {
		return "", errors.New("issue access token: no expiry")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodHS256, c)
	token.Header["kid"] = t.signing
	signed, err := token.SignedString(t.keys[t.signing])
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return signed, nil
}

// Verify returns the identity in a token. Errors: KindUnauthenticated "token_expired" if the
// token is valid apart from its expiry, "invalid_token" otherwise.
func (t *AccessTokens) Verify(token string, now time.Time) (domain.Identity, error) {
	identity, err := t.read(token)
	if err != nil {
		return domain.Identity{}, err
	}
	if !now.Before(identity.ExpiresAt) {
		return domain.Identity{}, domain.Unauthenticated("token_expired", "the access token has expired")
	}
	return identity, nil
}

// read returns the identity in a token, expired or not. It caches valid tokens, because a
// client sends the same one for minutes: as long as the keys stay the same, so do a token's
// contents and validity.
func (t *AccessTokens) read(token string) (domain.Identity, error) {
	hash := sha256.Sum256([]byte(token))
	t.mu.Lock()
	identity, found := t.known[hash]
	t.mu.Unlock()
	if found {
		return identity, nil
	}
	identity, err := t.parse(token)
	if err != nil {
		return domain.Identity{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= knownTokens {
		clear(t.known) // most have expired
	}
	t.known[hash] = identity
	return identity, nil
}

// parse checks everything about a token except its expiry.
func (t *AccessTokens) parse(token string) (domain.Identity, error) {
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, t.key,
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithStrictDecoding(),
		jwt.WithIssuer(t.issuer), jwt.WithAudience(t.audience), jwt.WithExpirationRequired(),
		// Verify checks the expiry, for which it has another error: at the zero time, no
		// token has expired.
		jwt.WithTimeFunc(func() time.Time { return time.Time{} }),
	)
	if err == nil && strings.ContainsAny(token, "\r\n") {
		err = errors.New("line breaks, which base64 decoders skip: a token has one form only")
	}
	if err != nil {
		return domain.Identity{}, &domain.Error{
			Kind: domain.KindUnauthenticated, Code: "invalid_token", Message: "the access token is not valid", Cause: err,
		}
	}
	return domain.Identity{
		Actor:     domain.Actor{ID: domain.UserID(c.Subject), Role: c.Role},
		SessionID: c.SessionID, ExpiresAt: c.ExpiresAt.UTC(), SecondFactorPending: c.SecondFactorPending,
	}, nil
}

func (t *AccessTokens) key(token *jwt.Token) (any, error) {
	id, ok := token.Header["kid"].(string)
	if !ok {
		return nil, errors.New("no key id")
	}
	key, ok := t.keys[id]
	if !ok {
		return nil, errors.New("unknown key id")
	}
	return key, nil
}
