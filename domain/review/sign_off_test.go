package review_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestASignOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.risky("p")
	uc := review.SignOffValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	w.Clock.Advance(time.Minute)
	before := w.Everything()
	_, err := uc.Execute(t.Context(), review.SignOffValuationInput{Actor: valuer, PropertyID: "p"})
	fixture.Refused(t, err, domain.KindForbidden, "same_person")
	assert.Equal(t, before, w.Everything())

	p, err := uc.Execute(t.Context(), review.SignOffValuationInput{Actor: supervisor, PropertyID: "p"})
	require.NoError(t, err)
	now := w.Clock.Now()
	assert.Equal(t, domain.Approved, p.State)
	assert.Equal(t, now, p.DecidedAt)
	v := w.Valuation("p-valuation")
	assert.Equal(t, domain.ValuationApproved, v.Status)
	assert.Equal(t, &domain.SignOff{By: supervisor.ID, Name: "supervisor", At: now}, v.SignOff)
	assert.Equal(t, domain.ActionSignedOff, w.Actions("p")[4])
	var reports []domain.Job
	for _, job := range w.Runner.Pending() {
		if job.Kind == domain.JobRenderReport {
			reports = append(reports, job)
		}
	}
	require.Len(t, reports, 1)
	assert.Equal(t, "p-valuation", reports[0].Subject)
}

func TestAReturn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.risky("p")
	uc := review.ReturnValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	before := w.Everything()
	_, err := uc.Execute(t.Context(), review.ReturnValuationInput{Actor: valuer, PropertyID: "p", Reason: "My own"})
	fixture.Refused(t, err, domain.KindForbidden, "same_person")
	_, err = uc.Execute(t.Context(), review.ReturnValuationInput{Actor: supervisor, PropertyID: "p", Reason: "no"})
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	assert.Equal(t, before, w.Everything())

	p, err := uc.Execute(t.Context(), review.ReturnValuationInput{Actor: supervisor, PropertyID: "p", Reason: "Which sales?"})
	require.NoError(t, err)
	now := w.Clock.Now()
	assert.Equal(t, domain.UnderReview, p.State)
	assert.Equal(t, &domain.Claim{ValuerID: valuer.ID, ClaimedAt: now, HeartbeatAt: now}, p.Claim)
	v := w.Valuation("p-valuation")
	assert.Equal(t, domain.ValuationReturned, v.Status)
	assert.Equal(t, &domain.SignOff{By: supervisor.ID, Name: "supervisor", At: now, ReturnReason: "Which sales?"}, v.SignOff)

	signOff := review.SignOffValuation{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	_, err = signOff.Execute(t.Context(), review.SignOffValuationInput{Actor: supervisor, PropertyID: "p"})
	fixture.Refused(t, err, domain.KindConflict, "illegal_transition")
}
