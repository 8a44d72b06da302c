package intake_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func (w *world) sweep(uow ports.UnitOfWork) error {
	return intake.DeleteDrafts{UnitOfWork: uow, Clock: w.Clock}.Execute(w.T.Context(), "")
}

func TestAnUntouchedDraftLivesThirtyDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened := w.Clock.Now()
	abandoned, touched, submitted := w.ready(owner), w.draft(owner), w.submitted(owner)
	w.Clock.Advance(time.Hour)
	floor := 2
	_, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{
		Actor: owner, PropertyID: touched, Version: w.Property(touched).Version, Change: domain.DetailsChange{Floor: &floor},
	})
	require.NoError(t, err)

	w.Clock.Set(opened.Add(30*24*time.Hour - 1))
	before := w.Everything()
	require.NoError(t, w.sweep(w.Store))
	assert.Equal(t, before, w.Everything(), "one nanosecond early")

	w.Clock.Advance(1)
	require.NoError(t, w.sweep(w.Store))
	after := w.Everything()
	var left []domain.PropertyID
	for _, p := range after.Properties {
		left = append(left, p.ID)
	}
	assert.ElementsMatch(t, []domain.PropertyID{touched, submitted}, left)
	assert.Len(t, after.Photos, 2)
	job := after.Jobs[len(after.Jobs)-1]
	assert.Equal(t, domain.JobDeletePhotoFiles, job.Kind)
	assert.Equal(t, "properties/"+string(abandoned)+"/", job.Subject)

	require.NoError(t, w.sweep(w.Store))
	assert.Equal(t, after, w.Everything(), "once")
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.sweep(w.Store))
	assert.Len(t, w.Everything().Properties, 1)
}

func TestADraftThatIsNotAbandonedAfterAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := []domain.PropertyID{w.draft(owner), w.submitted(owner), "deleted by its owner"}
	before := w.Everything()
	require.NoError(t, w.sweep(fixture.AllDue(w.Store, ids...)))
	assert.Equal(t, before, w.Everything())
}

// Whatever call fails, the other draft is still deleted, and the next run does the rest.
func TestOneDraftKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w := newWorld(t)
		w.ready(owner)
		w.ready(owner)
		w.Clock.Advance(domain.DraftKept)
		w.Faults.FailCall(n)
		err := w.sweep(w.Store)
		fired := w.Faults.Fired()
		w.Faults.Up()
		if !fired {
			require.NoError(t, err)
			require.Empty(t, w.Everything().Properties)
			assert.Greater(t, n, 16)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
		left := w.Everything()
		if listed := n > 3; listed { // begin, due, commit
			require.Len(t, left.Properties, 1, "call %d", n)
		}
		require.Len(t, left.Photos, 2*len(left.Properties), "a draft and its photos go together")
		require.Len(t, left.Jobs, 2-len(left.Properties), "call %d", n)
		require.NoError(t, w.sweep(w.Store))
		require.Empty(t, w.Everything().Properties, "call %d", n)
	}
}

func TestADraftOnHoldIsDeletedByNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	held := w.draft(owner)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		return tx.LegalHolds.Add(ctx, domain.LegalHold{ID: "hold", PropertyID: held, Reason: "Order of the tribunal.", PlacedBy: "admin", PlacedAt: w.Clock.Now()})
	})
	err := intake.DeleteProperty{UnitOfWork: w.Store, Clock: w.Clock}.Execute(t.Context(), intake.DeletePropertyInput{Actor: owner, PropertyID: held})
	assert.Equal(t, "case_kept", domain.CodeOf(err))
	w.Clock.Advance(31 * 24 * time.Hour)
	require.NoError(t, w.sweep(w.Store))
	assert.Equal(t, domain.Draft, w.Property(held).State)
}
