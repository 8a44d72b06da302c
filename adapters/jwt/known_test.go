package jwt_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// A token that was good before gets nothing that a new one would not.
func TestAKnownTokenIsStillChecked(t *testing.T) {
	t.Parallel()
	ours := tokens(t, newKey)
	token := issue(t, ours, someone)
	for range 2 {
		got, err := ours.Verify(token, now)
		require.NoError(t, err)
		assert.Equal(t, someone, got)
	}
	_, err := ours.Verify(token, someone.ExpiresAt)
	assert.Equal(t, "token_expired", domain.CodeOf(err))
	body, signature, _ := strings.Cut(token, ".")
	assertRefused(t, ours, body+"."+strings.ToUpper(signature), "invalid_token")
	assertRefused(t, ours, token+"\n", "invalid_token")
	assertRefused(t, tokens(t, oldKey), token, "invalid_token")
}

func TestMoreTokensThanAreKeptInMind(t *testing.T) {
	t.Parallel()
	ours := tokens(t, newKey)
	for i := range 10_001 {
		each := someone
		each.Actor.ID = domain.UserID(strconv.Itoa(i))
		got, err := ours.Verify(issue(t, ours, each), now)
		require.NoError(t, err)
		require.Equal(t, each, got)
	}
	got, err := ours.Verify(issue(t, ours, someone), now)
	require.NoError(t, err)
	assert.Equal(t, someone, got)
}
