package intake_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestASubmission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ready(owner)
	w.Clock.Advance(7 * time.Minute)
	p, err := w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	require.NoError(t, err)
	now := w.Clock.Now()
	assert.Equal(t, w.Property(id), p)
	assert.Equal(t, domain.Submitted, p.State)
	assert.True(t, p.Reference.Valid())
	assert.Equal(t, "PF-20261123", string(p.Reference[:11]))
	assert.Equal(t, now, p.SubmittedAt)
	assert.Equal(t, now.Add(5*time.Hour), p.SLA.DueAt(now))
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionSubmitted}, w.Actions(id))
	all := w.Everything()
	require.Len(t, all.Notifications, 2)
	for _, n := range all.Notifications {
		assert.Equal(t, domain.TopicSubmitted, n.Topic)
		assert.Equal(t, owner.ID, n.RecipientID)
	}
	assert.Len(t, all.Jobs, 2, "one per channel")
	require.Len(t, all.Events, 1)
	assert.Equal(t, []domain.Role{domain.RoleValuer, domain.RoleSupervisor}, all.Events[0].Roles)

	for _, by := range []domain.Actor{stranger, valuer} {
		_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: by, PropertyID: id})
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	}
	_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
	assert.Equal(t, all, w.Everything())
}

func TestASubmissionNamesAllThatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bare, err := w.create().Execute(t.Context(), intake.CreatePropertyInput{Actor: owner, Type: domain.House})
	require.NoError(t, err)
	failed := string(w.addPhoto(bare.ID, front, domain.PhotoFailed).ID)
	waiting := string(w.addPhoto(bare.ID, living, domain.PhotoProcessing).ID)
	w.Agree(owner)
	before := w.Everything()
	_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: bare.ID})
	fixture.Refused(t, err, domain.KindConflict, "submission_incomplete")
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	var missing []string
	for _, f := range e.Fields {
		missing = append(missing, f.Field+" "+f.Rule)
	}
	assert.Equal(t, []string{
		"address address_incomplete", "area_sqft area_missing", "location pin_missing", "photos." + failed + " photo_failed",
		"photos." + waiting + " photo_processing", "photos photo_missing", "photos photo_missing",
	}, missing)
	assert.Equal(t, before, w.Everything())
}

func TestAConsentOfSomebodyElseDoesNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ready(owner)
	w.Withdraw(owner)
	w.Consent(stranger)
	_, err := w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	w.consent(owner, "2026-11-01")
	_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	w.Clock.Advance(time.Second)
	w.Consent(owner)
	_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	require.NoError(t, err)
}

func TestOneOfManyRacingSubmissionsWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ready(owner)
	var won atomic.Int32
	var racers sync.WaitGroup
	for range 16 {
		racers.Go(func() {
			_, err := w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
			if err == nil {
				won.Add(1)
				return
			}
			assert.Equal(t, "illegal_transition", domain.CodeOf(err))
		})
	}
	racers.Wait()
	assert.EqualValues(t, 1, won.Load())
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionSubmitted}, w.Actions(id))
}

// script is entropy that returns the given words in order, and then the last one again and again.
type script struct {
	mu    sync.Mutex
	words []string
	drawn int
}

func (s *script) Bytes(int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	word := s.words[min(s.drawn, len(s.words)-1)]
	s.drawn++
	return []byte(word)
}

func TestATakenReferenceIsDrawnAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	submit := func(id domain.PropertyID, words ...string) (domain.Property, int, error) {
		entropy := &script{words: words}
		uc := w.submit()
		uc.Entropy = entropy
		p, err := uc.Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, Key: keyOf("submit "+string(id), "a"), PropertyID: id})
		return p, entropy.drawn, err
	}
	const taken, free = "\x00\x00\x00\x00\x00\x00", "\x1f\x1f\x1f\x1f\x1f\x1f"
	first, _, err := submit(w.ready(owner), taken)
	require.NoError(t, err)
	assert.Equal(t, domain.Reference("PF-20261123-000000"), first.Reference)

	second, drawn, err := submit(w.ready(owner), taken, taken, taken, taken, free)
	require.NoError(t, err)
	assert.Equal(t, domain.Reference("PF-20261123-ZZZZZZ"), second.Reference)
	assert.Equal(t, 5, drawn)

	third := w.ready(owner)
	before := w.Everything()
	_, drawn, err = submit(third, taken)
	fixture.Refused(t, err, domain.KindUnavailable, "reference_unavailable")
	assert.Equal(t, 5, drawn)
	assert.Equal(t, before, w.Everything())
	w.Clock.Advance(24 * time.Hour)
	_, _, err = submit(third, taken)
	require.NoError(t, err, "tomorrow's are free")
}

func TestAWithdrawal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, id := range map[string]domain.PropertyID{
		"draft": w.draft(owner), "submitted": w.submitted(owner), "under review": w.claimed(), "follow-up": w.asked(),
	} {
		before := w.Everything()
		for _, by := range []domain.Actor{stranger, valuer} {
			_, err := w.withdraw().Execute(t.Context(), intake.WithdrawPropertyInput{Actor: by, PropertyID: id})
			fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
		}
		require.Equal(t, before, w.Everything(), name)
		p, err := w.withdraw().Execute(t.Context(), intake.WithdrawPropertyInput{Actor: owner, PropertyID: id})
		require.NoError(t, err, name)
		assert.Equal(t, w.Property(id), p)
		assert.Equal(t, domain.Withdrawn, p.State)
		assert.Nil(t, p.Claim)
		assert.False(t, p.SLA.Running())
		after := w.Everything()
		_, err = w.withdraw().Execute(t.Context(), intake.WithdrawPropertyInput{Actor: owner, PropertyID: id})
		fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
		require.Equal(t, after, w.Everything(), name)
	}
}
