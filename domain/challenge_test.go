package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func challenge(t testing.TB) domain.Challenge {
	t.Helper()
	c, err := domain.NewChallenge("challenge", owner.ID, "property", kitchen, t0)
	require.NoError(t, err)
	return c
}

func TestIssuingAChallenge(t *testing.T) {
	t.Parallel()
	assert.Equal(t, domain.Challenge{
		ID: "challenge", UserID: owner.ID, PropertyID: "property", Subject: kitchen, IssuedAt: t0, ExpiresAt: t0.Add(5 * time.Minute),
	}, challenge(t))
	c, err := domain.NewChallenge("challenge", owner.ID, "property", domain.Subject{Type: domain.PhotoInternal}, t0)
	assert.Equal(t, []string{"room required"}, brokenFields(t, err))
	assert.Zero(t, c)
}

func TestUsingAChallenge(t *testing.T) {
	t.Parallel()
	bathroom := domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomBathroom}
	for name, c := range map[string]struct {
		by       domain.UserID
		property domain.PropertyID
		subject  domain.Subject
		after    time.Duration
		kind     domain.Kind
		code     string
	}{
		"at once":          {owner.ID, "property", kitchen, 0, "", ""},
		"at the last":      {owner.ID, "property", kitchen, 5*time.Minute - 1, "", ""},
		"too late":         {owner.ID, "property", kitchen, 5 * time.Minute, domain.KindConflict, "challenge_expired"},
		"by another":       {stranger.ID, "property", kitchen, 0, domain.KindNotFound, "challenge_not_found"},
		"another property": {owner.ID, "other", kitchen, 0, domain.KindConflict, "challenge_mismatch"},
		"another room":     {owner.ID, "property", bathroom, 0, domain.KindConflict, "challenge_mismatch"},
		"another type":     {owner.ID, "property", front, 0, domain.KindConflict, "challenge_mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ch := challenge(t)
			before, now := ch, t0.Add(c.after)
			err := ch.Use(c.by, c.property, c.subject, now)
			if c.code != "" {
				requireError(t, err, c.kind, c.code)
				assert.Equal(t, before, ch, "a refused use does not use it up")
				return
			}
			require.NoError(t, err)
			assert.Equal(t, now, ch.UsedAt)
			requireError(t, ch.Use(c.by, c.property, c.subject, now), domain.KindConflict, "challenge_replayed")
			requireError(t, ch.Use(c.by, c.property, c.subject, now.Add(time.Hour)), domain.KindConflict, "challenge_replayed")
			assert.Equal(t, now, ch.UsedAt)
		})
	}
}
