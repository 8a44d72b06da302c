package portstest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AccessTokens checks a ports.AccessTokens. open returns one that signs with the secret of 32
// bytes.
func AccessTokens(t *testing.T, open func(t *testing.T, secret []byte) ports.AccessTokens) {
	secret := []byte("0123456789abcdef0123456789abcdef")
	start := noon.Truncate(time.Second) // tokens may truncate times to seconds
	identity := domain.Identity{
		Actor:     domain.Actor{ID: domain.UserID(newID()), Role: domain.RoleSupervisor},
		SessionID: domain.SessionID(newID()), ExpiresAt: start.Add(domain.AccessTokenTTL),
	}
	issue := func(t *testing.T, tokens ports.AccessTokens, identity domain.Identity) string {
		t.Helper()
		token, err := tokens.Issue(identity)
		require.NoError(t, err)
		return token
	}
	refuses := func(t *testing.T, tokens ports.AccessTokens, token, code string, at time.Time) {
		t.Helper()
		got, err := tokens.Verify(token, at)
		isError(t, err, domain.KindUnauthenticated, code)
		assert.Zero(t, got, "what a bad token says")
	}

	t.Run("proves every field", func(t *testing.T) {
		t.Parallel()
		tokens := open(t, secret)
		pending := identity
		pending.SecondFactorPending, pending.SessionID = true, ""
		for _, want := range []domain.Identity{identity, pending} {
			got, err := open(t, secret).Verify(issue(t, tokens, want), start)
			require.NoError(t, err)
			same(t, want, got)
		}
	})
	t.Run("expires", func(t *testing.T) {
		t.Parallel()
		tokens := open(t, secret)
		token := issue(t, tokens, identity)
		_, err := tokens.Verify(token, identity.ExpiresAt.Add(-time.Second))
		require.NoError(t, err)
		refuses(t, tokens, token, "token_expired", identity.ExpiresAt)
		refuses(t, tokens, token, "token_expired", identity.ExpiresAt.AddDate(1, 0, 0))
	})
	t.Run("refuses what it did not sign", func(t *testing.T) {
		t.Parallel()
		tokens := open(t, secret)
		token := issue(t, tokens, identity)
		forged := issue(t, open(t, []byte("0123456789abcdef0123456789abcdeF")), identity)
		for _, bad := range []string{"", ".", "..", "a.b.c", token + "x", token[1:], "x" + token, forged} {
			refuses(t, tokens, bad, "invalid_token", start)
		}
		for i := 0; i < len(token)-2; i++ { // the last base64 digits may have unused bits
			if token[i+1] == '.' {
				continue
			}
			bad := []byte(token)
			bad[i] = 'A' + (bad[i]-'A'+1)%26
			refuses(t, tokens, string(bad), "invalid_token", start)
		}
	})
}
