package privacy_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func purgeCases(w *fixture.World) privacy.PurgeCases {
	return privacy.PurgeCases{PurgeCase: privacy.PurgeCase{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}}
}

// decided adds a submitted case with photos and a file that ends in a decision.
func decided(w *fixture.World, id domain.PropertyID, end func(p *domain.Property) (domain.Change, error)) {
	w.T.Helper()
	w.Ready(id, fixture.Owner, domain.PhotoPassed)
	w.Submit(id, fixture.Owner)
	w.Claim(id)
	w.Change(id, func(p *domain.Property, _ []domain.Photo) (domain.Change, error) { return end(p) })
	require.NoError(w.T, w.Blobs.Put(w.T.Context(), domain.PropertyFolder(id).Key("photos/a/original"), domain.ContentJPEG, []byte("x")))
}

func rejectedCase(w *fixture.World, id domain.PropertyID) {
	decided(w, id, func(p *domain.Property) (domain.Change, error) {
		return p.Reject(fixture.Valuer, domain.RejectedOther, "not this one", w.Clock.Now())
	})
}

func TestACaseIsPurgedWhenItsRetentionEnds(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner, fixture.Valuer)
	w.Blobs.KeepVersions()
	rejectedCase(w, "rejected")
	decided(w, "withdrawn", func(p *domain.Property) (domain.Change, error) { return p.Withdraw(fixture.Owner, w.Clock.Now()) })
	w.Ready("draft", fixture.Owner, domain.PhotoPassed)
	decidedAt, trail := w.Clock.Now(), w.Actions("rejected")
	left := func() (ids []domain.PropertyID) {
		for _, p := range w.Everything().Properties {
			ids = append(ids, p.ID)
		}
		return ids
	}
	refuse := privacy.PurgeCase{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	fixture.Refused(t, refuse.Execute(t.Context(), privacy.PurgeCaseInput{PropertyID: "rejected"}), domain.KindConflict, "retention_running")
	fixture.Refused(t, refuse.Execute(t.Context(), privacy.PurgeCaseInput{PropertyID: "draft"}), domain.KindConflict, "retention_running")
	fixture.Refused(t, refuse.Execute(t.Context(), privacy.PurgeCaseInput{PropertyID: "nothing"}), domain.KindNotFound, "property_not_found")

	w.Clock.Advance(decidedAt.AddDate(1, 0, 0).Sub(w.Clock.Now()))
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	assert.Equal(t, []domain.PropertyID{"draft", "rejected"}, left())

	w.Clock.Advance(decidedAt.AddDate(7, 0, 0).Sub(w.Clock.Now()) - time.Nanosecond)
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	assert.Equal(t, []domain.PropertyID{"draft", "rejected"}, left(), "not a moment too early")

	w.Clock.Advance(time.Nanosecond)
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	assert.Equal(t, []domain.PropertyID{"draft"}, left())
	all := w.Everything()
	assert.Len(t, all.Photos, 2, "those of the draft")
	assert.Empty(t, all.Notifications)
	for _, step := range all.Steps {
		assert.Equal(t, domain.PropertyID("draft"), step.PropertyID)
	}
	assert.Equal(t, append(trail, domain.ActionPurged), w.Actions("rejected"), "the chain is kept, and verifies")

	for _, id := range []domain.PropertyID{"rejected", "withdrawn"} {
		job := domain.PurgeFiles(id, w.Clock.Now())
		require.NoError(t, privacy.PurgeFiles{Blobs: w.Blobs}.Execute(t.Context(), job.Subject))
	}
	versions, err := w.Blobs.Versions(t.Context(), "")
	require.NoError(t, err)
	assert.Empty(t, versions)
	assert.True(t, domain.IsKind(privacy.PurgeFiles{Blobs: w.Blobs}.Execute(t.Context(), "properties/"), domain.KindInvalid))
}

func TestACaseOnHoldIsKept(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner, fixture.Valuer)
	rejectedCase(w, "held")
	rejectedCase(w, "free")
	hold, err := domain.PlaceHold("hold", fixture.Admin, "held", "", "a court asked for it", w.Clock.Now())
	require.NoError(t, err)
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.LegalHolds.Add(ctx, hold) })
	w.Clock.Advance(8 * 366 * 24 * time.Hour)
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	require.Len(t, w.Everything().Properties, 1)
	one := privacy.PurgeCase{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
	fixture.Refused(t, one.Execute(t.Context(), privacy.PurgeCaseInput{PropertyID: "held"}), domain.KindConflict, "case_held")
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		lifted := hold
		if err := lifted.Lift(fixture.Admin, "the court has decided", w.Clock.Now()); err != nil {
			return err
		}
		return tx.LegalHolds.Update(ctx, &lifted)
	})
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	assert.Empty(t, w.Everything().Properties)
}

func TestPurgeCaseFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 5, Prepare: func(w *fixture.World) func(ctx context.Context) error {
		w.Hire(fixture.Owner, fixture.Valuer)
		rejectedCase(w, "case")
		w.Clock.Advance(w.Clock.Now().AddDate(7, 0, 0).Sub(w.Clock.Now()))
		return func(ctx context.Context) error {
			return privacy.PurgeCase{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, privacy.PurgeCaseInput{PropertyID: "case"})
		}
	}})
}

func TestPurgeCasesGoesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	w.Hire(fixture.Owner, fixture.Valuer)
	rejectedCase(w, "one")
	rejectedCase(w, "two")
	w.Clock.Advance(8 * 366 * 24 * time.Hour)
	w.Faults.FailCall(4) // in the transaction of the first case
	require.ErrorContains(t, purgeCases(w).Execute(t.Context(), ""), "purge case one")
	assert.Len(t, w.Everything().Properties, 1)
	require.NoError(t, purgeCases(w).Execute(t.Context(), ""))
	assert.Empty(t, w.Everything().Properties)
}

func TestForgetExpiredDeletesWhatIsOld(t *testing.T) {
	t.Parallel()
	w := fixture.New(t)
	forget := privacy.ForgetExpired{UnitOfWork: w.Store, Clock: w.Clock}
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		for range 1500 { // more than one transaction deletes
			if err := tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: "gone", At: w.Clock.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
	steps := func() int { return len(w.Everything().Steps) }
	require.NoError(t, forget.Execute(t.Context(), ""))
	assert.Equal(t, 1500, steps())
	w.Clock.Advance(domain.ExpiringKept[domain.ExpiringSteps] + time.Second)
	w.Faults.Down("Retention.Forget")
	require.ErrorContains(t, forget.Execute(t.Context(), ""), "forget steps")
	w.Faults.Up()
	require.NoError(t, forget.Execute(t.Context(), ""))
	assert.Zero(t, steps())
}
