package domain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestExpectedEffectsAreThoseOfTheChanges compares them with Change.Effects, for every action,
// with the first claim and a later one among them.
func TestExpectedEffectsAreThoseOfTheChanges(t *testing.T) {
	t.Parallel()
	p := domain.Property{ID: "property", OwnerID: owner.ID}
	var trail []domain.AuditEntry
	var sent []domain.Notification
	var counted []domain.Step
	n := 0
	live := func(change domain.Change) {
		n++
		change.At = t0.Add(time.Duration(n) * time.Minute)
		effects := change.Effects(p, func() string { return fmt.Sprint(n) })
		trail = append(trail, effects.Audit)
		for _, s := range effects.Notifications {
			sent = append(sent, domain.Notification{Topic: s.Topic, Channel: s.Channel, PropertyID: s.PropertyID, CreatedAt: s.CreatedAt})
		}
		for _, s := range effects.Steps {
			s.UserID = ""
			counted = append(counted, s)
		}
	}
	live(domain.Change{Action: domain.ActionClaimed, Topic: domain.TopicReviewStarted})
	for _, action := range []domain.Action{
		domain.ActionCreated, domain.ActionEdited, domain.ActionSubmitted, domain.ActionWithdrawn, domain.ActionClaimed, domain.ActionReleased,
		domain.ActionReleasedIdle, domain.ActionClaimRevoked, domain.ActionClaimReassigned, domain.ActionReservationEnded, domain.ActionReservationMoved, domain.ActionFlagged, domain.ActionFollowUpAsked, domain.ActionFollowUpReminded, domain.ActionFollowUpAnswered,
		domain.ActionRejected, domain.ActionApproved, domain.ActionSignOffAsked, domain.ActionSignedOff, domain.ActionReturned,
		domain.ActionReportStored, domain.ActionReportFailed, domain.ActionReportRetried, domain.ActionPhotoCreated, domain.ActionPhotoCompleted,
		domain.ActionPhotoInspected, domain.ActionPhotoDeleted, domain.ActionPhotoResolved, domain.ActionSLAStep,
	} {
		live(domain.Change{Action: action})
	}
	notifications, steps := domain.ExpectedEffects(trail)
	require.NotEmpty(t, notifications)
	assert.Equal(t, sent, notifications)
	assert.Equal(t, counted, steps)
	for _, s := range steps {
		assert.True(t, s.Kind.Audited(), s.Kind)
	}
	assert.False(t, domain.StepPhotoPassed.Audited())
	assert.False(t, domain.StepPhotosReady.Audited())
}

func TestWhatDecides(t *testing.T) {
	t.Parallel()
	assert.True(t, domain.ActionSignedOff.Decides())
	assert.False(t, domain.ActionSignOffAsked.Decides())
	assert.False(t, domain.ActionReportStored.Decides())
}
