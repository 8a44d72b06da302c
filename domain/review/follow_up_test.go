package review_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// answered answers the question of asked.
func (w *world) answered(id domain.PropertyID) domain.Property {
	w.T.Helper()
	uc := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	p, err := uc.Execute(w.T.Context(), review.AnswerFollowUpInput{Actor: owner, PropertyID: id, Answers: w.answers})
	require.NoError(w.T, err)
	return p
}

// corrected changes the bedrooms as the owner's edit does.
func (w *world) corrected(id domain.PropertyID) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		two := 2
		change, err := p.Edit(owner, domain.DetailsChange{Bedrooms: &two}, nil, w.Clock.Now())
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, w.IDs)
	})
}

func TestAFollowUpFromQuestionToAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	w.Clock.Advance(time.Hour)
	p, err := w.ask().Execute(t.Context(), review.AskFollowUpInput{Actor: valuer, PropertyID: "p", Items: []domain.FollowUpItem{
		{Kind: domain.RetakePhoto, Message: "The front is cut off", PhotoID: "p-front", Answer: "not the valuer's"},
		{Kind: domain.AddPhoto, Message: "Show the kitchen", Subject: domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}},
		{Kind: domain.CorrectField, Message: "I count two", Field: domain.FieldBedrooms},
		question,
	}})
	require.NoError(t, err)
	assert.Equal(t, domain.FollowUpRequired, p.State)
	assert.Nil(t, p.Claim)
	assert.False(t, p.SLA.Running())
	open := p.OpenFollowUp()
	assert.Equal(t, w.Clock.Now().Add(48*time.Hour), open.DueAt)
	assert.Empty(t, open.Items[0].Answer)
	ids := map[domain.FollowUpItemID]bool{}
	for _, it := range open.Items {
		ids[it.ID] = it.ID != ""
	}
	assert.Len(t, ids, 4, "each item has an id of its own")
	assert.NotContains(t, ids, domain.FollowUpItemID(""))
	assert.Contains(t, w.messages(), "FOLLOW_UP_ASKED SMS")

	w.Clock.Advance(20 * time.Hour)
	retake := w.AddPhoto("p", "photo-3", front, domain.PhotoPassed).ID
	added := w.AddPhoto("p", "photo-4", domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}, domain.PhotoFlagged).ID
	answers := []domain.FollowUpAnswer{
		{ItemID: open.Items[0].ID, PhotoID: retake}, {ItemID: open.Items[1].ID, PhotoID: added},
		{ItemID: open.Items[2].ID}, {ItemID: open.Items[3].ID, Text: "The second"},
	}
	answer := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	in := review.AnswerFollowUpInput{Actor: owner, PropertyID: "p", Answers: answers}

	before := w.Everything()
	_, err = answer.Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	assert.Equal(t, before, w.Everything(), "the bedrooms are not corrected yet")

	w.corrected("p")
	p, err = answer.Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, domain.Submitted, p.State)
	assert.Equal(t, &domain.Reservation{ValuerID: valuer.ID, Until: w.Clock.Now().Add(30 * time.Minute)}, p.Reservation)
	assert.Equal(t, 20*time.Hour, p.SLA.Paused)
	assert.Equal(t, 4*time.Hour, p.SLA.Remaining(w.Clock.Now()), "the owner's time does not count")
	assert.Equal(t, retake, p.FollowUps[0].Items[0].NewPhoto)
	assert.Equal(t, retake, w.Photo("p-front").ReplacedBy)
	assert.Empty(t, w.Photo("p-living").ReplacedBy)
	assert.Equal(t, domain.ActionFollowUpAnswered, w.Actions("p")[5])

	_, err = w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "p"})
	fixture.Refused(t, err, domain.KindConflict, "reserved")
	w.Clock.Advance(30 * time.Minute)
	_, err = w.claim().Execute(t.Context(), review.ClaimPropertyInput{Actor: rival, PropertyID: "p"})
	require.NoError(t, err)
}

// In a retake every store call may fail, too: the replaced photo changes with its case.
func TestARetakeIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w := newWorld(t)
		w.claimed("p")
		p, err := w.ask().Execute(t.Context(), review.AskFollowUpInput{Actor: valuer, PropertyID: "p", Items: []domain.FollowUpItem{
			{Kind: domain.RetakePhoto, Message: "The front is cut off", PhotoID: "p-front"},
		}})
		require.NoError(t, err)
		w.Clock.Advance(time.Minute)
		retake := w.AddPhoto("p", "photo-3", front, domain.PhotoPassed).ID
		before := w.Everything()
		answer := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
		in := review.AnswerFollowUpInput{Actor: owner, PropertyID: "p", Answers: []domain.FollowUpAnswer{
			{ItemID: p.OpenFollowUp().Items[0].ID, PhotoID: retake},
		}}
		w.Faults.FailCall(n)
		_, err = answer.Execute(t.Context(), in)
		fired := w.Faults.Fired()
		w.Faults.Up()
		if !fired {
			require.NoError(t, err)
			assert.Equal(t, retake, w.Photo("p-front").ReplacedBy)
			return
		}
		fixture.Refused(t, err, domain.KindUnavailable, "database_unavailable")
		require.Equal(t, before, w.Everything(), "call %d", n)
	}
}

func TestAnAnswerComesInTimeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked("late")
	late := w.answers
	w.asked("p")
	uc := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	w.Clock.Advance(48*time.Hour - 1)
	_, err := uc.Execute(t.Context(), review.AnswerFollowUpInput{Actor: owner, PropertyID: "p", Answers: w.answers})
	require.NoError(t, err)
	w.Clock.Advance(1)
	before := w.Everything()
	_, err = uc.Execute(t.Context(), review.AnswerFollowUpInput{Actor: owner, PropertyID: "late", Answers: late})
	fixture.Refused(t, err, domain.KindConflict, "follow_up_expired")
	assert.Equal(t, before, w.Everything())
}

func TestAnAnswerNeedsConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked("p")
	w.Withdraw(owner)
	before := w.Everything()
	uc := review.AnswerFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	_, err := uc.Execute(t.Context(), review.AnswerFollowUpInput{Actor: owner, PropertyID: "p", Answers: w.answers})
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	assert.Equal(t, before, w.Everything())
	w.Clock.Advance(time.Second)
	w.Consent(owner)
	w.answered("p")
}
