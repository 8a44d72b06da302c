package jwt_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	golangjwt "github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/adapters/jwt"
	"github.com/propflow/propflow/domain"
)

var (
	now     = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	oldKey  = bytes.Repeat([]byte("o"), 32)
	newKey  = bytes.Repeat([]byte("n"), 64)
	someone = domain.Identity{
		Actor:     domain.Actor{ID: "0195502a-0000-7000-8000-000000000001", Role: domain.RoleValuer},
		SessionID: "0195502a-0000-7000-8000-000000000002", ExpiresAt: now.Add(domain.AccessTokenTTL),
	}
)

func tokens(t *testing.T, keys ...[]byte) *jwt.AccessTokens {
	t.Helper()
	made, err := jwt.New("propflow", "propflow-api", keys...)
	require.NoError(t, err)
	return made
}

func issue(t *testing.T, by *jwt.AccessTokens, identity domain.Identity) string {
	t.Helper()
	token, err := by.Issue(identity)
	require.NoError(t, err)
	return token
}

func assertRefused(t *testing.T, by *jwt.AccessTokens, token, code string) {
	t.Helper()
	got, err := by.Verify(token, now)
	assert.True(t, domain.IsKind(err, domain.KindUnauthenticated), "got %v", err)
	assert.Equal(t, code, domain.CodeOf(err))
	assert.Zero(t, got, "a refused token proves nothing")
}

func TestVerifyReturnsWhatWasIssued(t *testing.T) {
	t.Parallel()
	both := tokens(t, newKey, oldKey)
	pending := domain.Identity{
		Actor:     domain.Actor{ID: "u", Role: domain.RoleAdmin},
		ExpiresAt: now.Add(domain.SecondFactorTTL), SecondFactorPending: true,
	}
	customer := domain.Identity{Actor: domain.Actor{ID: "c", Role: domain.RoleCustomer}, SessionID: "s", ExpiresAt: now.Add(time.Second)}
	for _, identity := range []domain.Identity{someone, pending, customer} {
		got, err := both.Verify(issue(t, both, identity), now)
		require.NoError(t, err)
		assert.Equal(t, identity, got)
	}
}

func TestTokenCarriesTheAgreedClaimsAndNothingElse(t *testing.T) {
	t.Parallel()
	identity := someone
	identity.SecondFactorPending = true
	parts := strings.Split(issue(t, tokens(t, newKey), identity), ".")
	require.Len(t, parts, 3)
	decode := func(part string) map[string]any {
		raw, err := base64.RawURLEncoding.DecodeString(part)
		require.NoError(t, err)
		var fields map[string]any
		require.NoError(t, json.Unmarshal(raw, &fields))
		return fields
	}
	header, body := decode(parts[0]), decode(parts[1])
	assert.Equal(t, "HS256", header["alg"])
	assert.Len(t, header["kid"], 12)
	assert.Equal(t, map[string]any{
		"iss": "propflow", "aud": []any{"propflow-api"}, "sub": string(identity.Actor.ID), "role": "VALUER",
		"sid": string(identity.SessionID), "sfp": true, "exp": float64(identity.ExpiresAt.Unix()),
	}, body)
}

func TestTokenExpires(t *testing.T) {
	t.Parallel()
	one := tokens(t, newKey)
	token := issue(t, one, someone)
	_, err := one.Verify(token, someone.ExpiresAt.Add(-time.Nanosecond))
	assert.NoError(t, err)
	for _, at := range []time.Time{someone.ExpiresAt, someone.ExpiresAt.Add(time.Hour)} {
		got, err := one.Verify(token, at)
		assert.Equal(t, "token_expired", domain.CodeOf(err))
		assert.True(t, domain.IsKind(err, domain.KindUnauthenticated))
		assert.Zero(t, got)
	}
	fraction := someone
	fraction.ExpiresAt = now.Add(1500 * time.Millisecond)
	got, err := one.Verify(issue(t, one, fraction), now)
	require.NoError(t, err)
	assert.Equal(t, now.Add(time.Second), got.ExpiresAt, "never later than asked")
}

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	before, during, after := tokens(t, oldKey), tokens(t, newKey, oldKey), tokens(t, newKey)
	signedOld, signedNew := issue(t, before, someone), issue(t, during, someone)
	for name, check := range map[string]struct {
		by    *jwt.AccessTokens
		token string
		good  bool
	}{
		"old token while both keys are known": {during, signedOld, true},
		"new token while both keys are known": {during, signedNew, true},
		"new token once the old key is gone":  {after, signedNew, true},
		"old token once its key is gone":      {after, signedOld, false},
		"new token where only the old key is": {before, signedNew, false},
	} {
		_, err := check.by.Verify(check.token, now)
		assert.Equal(t, check.good, err == nil, "%s: %v", name, err)
	}
}

// forge signs claims with the right key, but says what it likes.
func forge(t *testing.T, method golangjwt.SigningMethod, key any, change func(header, claims map[string]any)) string {
	t.Helper()
	genuine, _, err := golangjwt.NewParser().ParseUnverified(issue(t, tokens(t, newKey), someone), golangjwt.MapClaims{})
	require.NoError(t, err)
	claims, ok := genuine.Claims.(golangjwt.MapClaims)
	require.True(t, ok)
	token := golangjwt.NewWithClaims(method, claims)
	token.Header["kid"] = genuine.Header["kid"]
	change(token.Header, claims)
	signed, err := token.SignedString(key)
	require.NoError(t, err)
	return signed
}

func TestForgedTokensAreRefused(t *testing.T) {
	t.Parallel()
	one := tokens(t, newKey)
	nothing := func(_, _ map[string]any) {}
	claim := func(name string, value any) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { claims[name] = value }
	}
	without := func(name string) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { delete(claims, name) }
	}
	hs256 := golangjwt.SigningMethodHS256
	_, err := one.Verify(forge(t, hs256, newKey, nothing), now)
	require.NoError(t, err, "the forger makes good tokens where asked to")

	for name, token := range map[string]string{
		"no algorithm":            forge(t, golangjwt.SigningMethodNone, golangjwt.UnsafeAllowNoneSignatureType, nothing),
		"another algorithm":       forge(t, golangjwt.SigningMethodHS512, newKey, nothing),
		"another key":             forge(t, hs256, oldKey, nothing),
		"no key id":               forge(t, hs256, newKey, func(header, _ map[string]any) { delete(header, "kid") }),
		"unknown key id":          forge(t, hs256, newKey, func(header, _ map[string]any) { header["kid"] = "000000000000" }),
		"key id that is no text":  forge(t, hs256, newKey, func(header, _ map[string]any) { header["kid"] = 7 }),
		"another issuer":          forge(t, hs256, newKey, claim("iss", "elsewhere")),
		"another audience":        forge(t, hs256, newKey, claim("aud", "elsewhere")),
		"no issuer":               forge(t, hs256, newKey, without("iss")),
		"no audience":             forge(t, hs256, newKey, without("aud")),
		"no subject":              forge(t, hs256, newKey, without("sub")),
		"no expiry":               forge(t, hs256, newKey, without("exp")),
		"no role":                 forge(t, hs256, newKey, without("role")),
		"the system's role":       forge(t, hs256, newKey, claim("role", "SYSTEM")),
		"expired, other audience": forge(t, hs256, newKey, func(_, c map[string]any) { c["aud"], c["exp"] = "elsewhere", now.Unix()-1 }),
		"empty":                   "",
		"not a token":             "a.b.c",
		"too many parts":          issue(t, one, someone) + ".e30",
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); assertRefused(t, one, token, "invalid_token") })
	}
}

func TestNoChangedByteIsAccepted(t *testing.T) {
	t.Parallel()
	one := tokens(t, newKey)
	token := issue(t, one, someone)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		with := rapid.Byte().Filter(func(b byte) bool { return b != token[at] }).Draw(t, "with")
		changed := token[:at] + string([]byte{with}) + token[at+1:]
		if _, err := one.Verify(changed, now); domain.CodeOf(err) != "invalid_token" {
			t.Fatalf("byte %d changed to %q: %v", at, with, err)
		}
	})
}

func TestIssueRefusesWhatNobodyCouldVerify(t *testing.T) {
	t.Parallel()
	one := tokens(t, newKey)
	for name, spoil := range map[string]func(*domain.Identity){
		"no user":   func(i *domain.Identity) { i.Actor.ID = "" },
		"no role":   func(i *domain.Identity) { i.Actor.Role = "" },
		"no expiry": func(i *domain.Identity) { i.ExpiresAt = time.Time{} },
		"system":    func(i *domain.Identity) { i.Actor = domain.System },
	} {
		identity := someone
		spoil(&identity)
		_, err := one.Issue(identity)
		assert.Error(t, err, name)
	}
}

func TestNewRefusesWeakConfiguration(t *testing.T) {
	t.Parallel()
	_, err := jwt.New("propflow", "propflow-api", newKey, bytes.Repeat([]byte("s"), 31))
	require.ErrorContains(t, err, "key 2 for access tokens has 31 bytes, not at least 32")
	assert.NotContains(t, err.Error(), "sss")
	for name, broken := range map[string]func() (*jwt.AccessTokens, error){
		"no key":      func() (*jwt.AccessTokens, error) { return jwt.New("i", "a") },
		"no issuer":   func() (*jwt.AccessTokens, error) { return jwt.New("", "a", newKey) },
		"no audience": func() (*jwt.AccessTokens, error) { return jwt.New("i", "", newKey) },
	} {
		_, err := broken()
		assert.Error(t, err, name)
	}
}

func TestKeysAreCopied(t *testing.T) {
	t.Parallel()
	key := bytes.Clone(newKey)
	one := tokens(t, key)
	token := issue(t, one, someone)
	clear(key)
	_, err := one.Verify(token, now)
	assert.NoError(t, err)
}

func FuzzVerify(f *testing.F) {
	one, err := jwt.New("propflow", "propflow-api", newKey)
	require.NoError(f, err)
	good, err := one.Issue(someone)
	require.NoError(f, err)
	for _, seed := range []string{good, "", ".", "..", "eyJhbGciOiJub25lIn0.e30.", good + "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := one.Verify(token, now); (err == nil) != (token == good) {
			t.Fatalf("%q: %v", token, err)
		}
	})
}
