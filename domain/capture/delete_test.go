package capture_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestAPhotoOnHoldIsNotDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.inspected("p", front, []byte("front"))
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		return tx.LegalHolds.Add(ctx, domain.LegalHold{ID: "hold", PropertyID: "p", Reason: "Order of the tribunal.", PlacedBy: "admin", PlacedAt: w.Clock.Now()})
	})
	before := w.Everything()
	err := w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: id})
	fixture.Refused(t, err, domain.KindConflict, "case_kept")
	assert.Equal(t, before, w.Everything())
}

func TestADeletedPhotoGoesWithItsFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	kept := w.Photo(w.inspected("p", living, []byte("living")))
	id := w.inspected("p", front, []byte("front"))
	w.Clock.Advance(time.Hour)

	before := w.Everything()
	for _, c := range []struct {
		in   capture.DeletePhotoInput
		code string
	}{
		{capture.DeletePhotoInput{Actor: stranger, PropertyID: "p", PhotoID: id}, "property_not_found"},
		{capture.DeletePhotoInput{Actor: owner, PropertyID: "q", PhotoID: id}, "photo_not_found"},
		{capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: "none"}, "photo_not_found"},
		{capture.DeletePhotoInput{Actor: owner, PropertyID: "none", PhotoID: id}, "property_not_found"},
	} {
		fixture.Refused(t, w.deletePhoto().Execute(t.Context(), c.in), domain.KindNotFound, c.code)
	}
	assert.Equal(t, before, w.Everything())

	in := capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: id}
	require.NoError(t, w.deletePhoto().Execute(t.Context(), in))
	assert.Equal(t, []domain.Photo{kept}, w.Everything().Photos)
	assert.Equal(t, w.Clock.Now(), w.Property("p").UpdatedAt, "the draft was touched")
	actions := w.Actions("p")
	assert.Equal(t, domain.ActionPhotoDeleted, actions[len(actions)-1])
	fixture.Refused(t, w.deletePhoto().Execute(t.Context(), in), domain.KindNotFound, "photo_not_found")

	jobs := w.jobsOf(domain.JobDeletePhotoFiles)
	require.Len(t, jobs, 1)
	files := capture.DeletePhotoFiles{Blobs: w.Blobs}
	for range 2 {
		require.NoError(t, files.Execute(t.Context(), jobs[0].Subject))
		assert.ElementsMatch(t, []string{kept.OriginalKey(), kept.ThumbKey(), kept.DisplayKey()}, w.Blobs.Keys())
	}
	require.NoError(t, files.Execute(t.Context(), "properties/p/"))
	assert.Empty(t, w.Blobs.Keys())
}

// A failed photo that is no longer replaced comes within reach of the pin that moved meanwhile, and
// its copy passed since.
func TestTheCopyOfAPhotoThatIsNoLongerReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.AddPhoto("p", "far", front, domain.PhotoFailed)
	w.AddPhoto("p", "copy", living, domain.PhotoPassed)
	w.AddPhoto("p", "retake", front, domain.PhotoPassed)
	for _, id := range []domain.PhotoID{"far", "copy"} {
		w.SetPhoto(id, func(p *domain.Photo) { p.Facts.SHA256 = "one file" })
	}
	w.SetPhoto("far", func(p *domain.Photo) {
		p.Findings, p.ReplacedBy = []domain.Finding{{Code: domain.FindingTooFar, Outcome: domain.OutcomeFailed}}, "retake"
	})
	require.NoError(t, w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: "retake"}))
	assert.Equal(t, domain.PhotoFailed, w.Photo("far").Status)
	assert.Equal(t, []domain.Finding{{Code: domain.FindingSameBytes, Outcome: domain.OutcomeFailed}}, w.Photo("far").Findings)
}

func TestNoJobEmptiesTheStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.inspected("p", front, []byte("front"))
	before := w.Blobs.Keys()
	files := capture.DeletePhotoFiles{Blobs: w.Blobs}
	for _, prefix := range []string{"", "/", "properties", "properties/", "properties//", "properties/p", "properties/p/photos/", "properties/p/reports/r/", "p/"} {
		fixture.Refused(t, files.Execute(t.Context(), prefix), domain.KindInvalid, "invalid_input")
	}
	assert.Equal(t, before, w.Blobs.Keys())
	w.Faults.Down("Blobs.DeletePrefix")
	fixture.Refused(t, files.Execute(t.Context(), "properties/p/"), domain.KindUnavailable, "database_unavailable")
}

func (w *world) deleteUploads(uow ports.UnitOfWork) error {
	return capture.DeleteUploads{UnitOfWork: uow, Clock: w.Clock, IDs: w.IDs}.Execute(w.T.Context(), "")
}

func TestUploadsThatNeverCame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.AddPhoto("p", "failed", front, domain.PhotoFailed)
	in := w.newPhoto("p", front, []byte("never comes"))
	in.Replaces = "failed"
	stale, err := w.create().Execute(t.Context(), in)
	require.NoError(t, err)
	done := w.processing("p", living, []byte("came"))
	touched := w.Property("p").UpdatedAt

	w.Clock.Advance(24 * time.Hour)
	before := w.Everything()
	require.NoError(t, w.deleteUploads(w.Store))
	assert.Equal(t, before, w.Everything(), "24 hours and no more")

	w.Clock.Advance(1)
	require.NoError(t, w.deleteUploads(w.Store))
	after := w.Everything()
	assert.Len(t, after.Photos, 2)
	assert.Equal(t, domain.PhotoProcessing, w.Photo(done).Status)
	assert.Empty(t, w.Photo("failed").ReplacedBy)
	assert.Equal(t, touched, w.Property("p").UpdatedAt, "its owner did not touch the draft")
	last := after.Audit[len(after.Audit)-1]
	assert.Equal(t, domain.ActionPhotoDeleted, last.Action)
	assert.Equal(t, domain.RoleSystem, last.ActorRole)
	jobs := w.jobsOf(domain.JobDeletePhotoFiles)
	require.Len(t, jobs, 1)
	assert.Equal(t, "properties/p/photos/"+string(stale.Photo.ID)+"/", jobs[0].Subject)

	require.NoError(t, w.deleteUploads(w.Store))
	assert.Equal(t, after, w.Everything(), "once")
}

// outdated is a store whose list of stale uploads is no longer true.
type outdated struct {
	ports.UnitOfWork
	stale []domain.Photo
}

func (o outdated) Do(ctx context.Context, fn func(context.Context, ports.Tx) error) error {
	return o.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Photos = claims{tx.Photos, o.stale}
		return fn(ctx, tx)
	})
}

type claims struct {
	ports.PhotoStore
	stale []domain.Photo
}

func (s claims) StaleUploads(context.Context, time.Time, int) ([]domain.Photo, error) {
	return s.stale, nil
}

func TestUploadsThatCameThisMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	came := w.Photo(w.processing("p", front, []byte("came")))
	before := w.Everything()
	stale := []domain.Photo{came, {ID: "deleted", PropertyID: "p"}, {ID: "with its property", PropertyID: "deleted"}}
	require.NoError(t, w.deleteUploads(outdated{w.Store, stale}))
	assert.Equal(t, before, w.Everything())
}

// Whatever call fails, the other photo is still removed, and the next run does the rest.
func TestOneStaleUploadKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		w := newWorld(t)
		w.Draft("p", owner)
		w.announced("p", front, []byte("a"))
		w.announced("p", living, []byte("b"))
		w.Clock.Advance(25 * time.Hour)
		w.Faults.FailCall(n)
		err := w.deleteUploads(w.Store)
		fired := w.Faults.Fired()
		w.Faults.Up()
		if !fired {
			require.NoError(t, err)
			require.Empty(t, w.Everything().Photos)
			assert.Greater(t, n, 16)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
		if listed := n > 3; listed { // begin, list, commit
			require.Len(t, w.Everything().Photos, 1, "call %d", n)
		}
		require.NoError(t, w.deleteUploads(w.Store))
		all := w.Everything()
		require.Empty(t, all.Photos)
		require.Len(t, all.Audit, 5, "created, announced twice, removed twice")
	}
}

// A photo that was replaced is judged by no pin that moves. It is again once its successor is gone.
func TestAPhotoThatIsNoLongerReplacedIsJudgedByThePresentPin(t *testing.T) {
	t.Parallel()
	for name, deleted := range map[string]func(w *world, photo domain.PhotoID) error{
		"by its owner": func(w *world, photo domain.PhotoID) error {
			return w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: photo})
		},
		"by time": func(w *world, _ domain.PhotoID) error {
			w.Clock.Advance(capture.UploadKept + time.Minute)
			return capture.DeleteUploads{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(t.Context(), "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Draft("p", owner)
			w.AddPhoto("p", "far", front, domain.PhotoFailed)
			w.SetPhoto("far", func(p *domain.Photo) {
				p.Findings = []domain.Finding{{Code: domain.FindingTooFar, Outcome: domain.OutcomeFailed}}
			})
			in := w.newPhoto("p", front, []byte("again"))
			in.Replaces = "far"
			out, err := w.create().Execute(t.Context(), in)
			require.NoError(t, err)
			require.NoError(t, deleted(w, out.Photo.ID))
			far := w.Photo("far")
			assert.Empty(t, far.ReplacedBy)
			assert.Equal(t, domain.PhotoPassed, far.Status, "the pin is where it was taken")
			assert.Contains(t, w.Actions("p"), domain.ActionPhotoPlaceJudged)
		})
	}
}
