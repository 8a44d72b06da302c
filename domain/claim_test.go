package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestClaiming(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.Submitted).later(time.Minute)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) { return p.ClaimFor(valuer, k.Now) })
	assert.Equal(t, &domain.Claim{ValuerID: valuer.ID, ClaimedAt: k.Now, HeartbeatAt: k.Now}, k.Property.Claim)
	assert.Equal(t, domain.TopicReviewStarted, change.Topic)
	first := k.Now
	assert.Equal(t, first, k.Property.ReviewedAt)

	before := snapshot(t, k.Property)
	for _, by := range []domain.Actor{otherValuer, valuer} { // also who has it: a repeated request has a key
		_, err := k.Property.ClaimFor(by, k.Now)
		requireError(t, err, domain.KindConflict, "already_claimed")
		assert.NotContains(t, err.Error(), string(valuer.ID), "the answer names no one")
		assertUnchanged(t, before, k.Property)
	}

	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Release(valuer, k.Now) })
	change = k.later(time.Hour).do(t, func(p *domain.Property) (domain.Change, error) { return p.ClaimFor(otherValuer, k.Now) })
	assert.Empty(t, change.Topic, "the owner hears once that a review started")
	assert.Equal(t, first, k.Property.ReviewedAt)
}

// TestReservations lets an answered case wait for the valuer who asked, for half an hour.
func TestReservations(t *testing.T) {
	t.Parallel()
	answered := func() *kase {
		k := inState(t, domain.FollowUpRequired)
		_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "item", Text: "yes"})
		require.NoError(t, err)
		return k
	}
	for _, c := range []struct {
		by    domain.Actor
		after time.Duration
		code  string
	}{
		{valuer, 0, ""},
		{otherValuer, 0, "reserved"},
		{supervisor, 30*time.Minute - 1, "reserved"},
		{otherValuer, 30 * time.Minute, ""},
		{valuer, 31 * time.Minute, ""},
	} {
		k := answered().later(c.after)
		assert.Equal(t, c.code == "", k.Property.FreeFor(c.by.ID, k.Now))
		before := snapshot(t, k.Property)
		_, err := k.Property.ClaimFor(c.by, k.Now)
		if c.code != "" {
			requireError(t, err, domain.KindConflict, c.code)
			assertUnchanged(t, before, k.Property)
			continue
		}
		require.NoError(t, err, "%s after %v", c.by.ID, c.after)
		assert.Nil(t, k.Property.Reservation)
	}
}

func TestHeartbeatsKeepAClaim(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	claimed := k.Property.Claim.HeartbeatAt
	_, err := k.Property.ReleaseIdle(claimed.Add(30*time.Minute - 1))
	requireError(t, err, domain.KindConflict, "claim_alive")
	_, err = k.Property.ReleaseIdle(claimed.Add(-time.Hour))
	requireError(t, err, domain.KindConflict, "claim_alive")
	require.NoError(t, k.Property.Heartbeat(valuer, claimed.Add(29*time.Minute)))
	_, err = k.Property.ReleaseIdle(claimed.Add(58 * time.Minute))
	requireError(t, err, domain.KindConflict, "claim_alive")
	change, err := k.Property.ReleaseIdle(claimed.Add(59 * time.Minute))
	require.NoError(t, err)
	assert.Equal(t, domain.ActionReleasedIdle, change.Action)
	assert.Equal(t, domain.System, change.Actor)
	assert.Nil(t, k.Property.Claim)
	assert.Nil(t, k.Property.Reservation, "who idles keeps nothing")
}

func TestNoIdleReleaseWhileAwaitingSignOff(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.AwaitingSignOff).later(100 * time.Hour)
	_, err := k.Property.ReleaseIdle(k.Now)
	requireError(t, err, domain.KindConflict, "claim_alive")
}

func TestFlagging(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview).later(time.Minute)
	before := snapshot(t, k.Property)
	for _, reason := range []string{"", " x ", strings.Repeat("x", 501), "nul\x00l"} {
		_, err := k.Property.Flag(valuer, reason, k.Now)
		assert.Equal(t, []string{"reason length"}, brokenFields(t, err), "%q", reason)
		assertUnchanged(t, before, k.Property)
	}
	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Flag(valuer, "odd papers", k.Now) })
	assert.Equal(t, &domain.SignOffFlag{By: valuer.ID, Reason: "odd papers", At: k.Now}, k.Property.SignOffFlag)
	assert.Equal(t, k.Now, k.Property.Claim.HeartbeatAt, "flagging is a sign of life")
}
