package capture_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestCompletingNeedsTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	file := []byte("front")
	photo := w.announced("p", front, file).Photo
	in := capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: photo.ID}
	before := w.Everything()
	_, err := w.complete().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "upload_missing")
	assert.Equal(t, before, w.Everything())

	require.NoError(t, w.Blobs.Put(t.Context(), photo.OriginalKey(), domain.ContentJPEG, []byte("cut")))
	before = w.Everything()
	_, err = w.complete().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "upload_missing")
	assert.Equal(t, before, w.Everything())

	require.NoError(t, w.Blobs.Put(t.Context(), photo.OriginalKey(), domain.ContentJPEG, file))
	done, err := w.complete().Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, domain.PhotoProcessing, done.Status)
	assert.Equal(t, w.Clock.Now(), done.CompletedAt)
	assert.Equal(t, done, w.Photo(photo.ID))
	jobs := w.jobsOf(domain.JobInspectPhoto)
	require.Len(t, jobs, 1)
	assert.Equal(t, string(photo.ID), jobs[0].Subject)
	audit := w.Everything().Audit
	assert.Equal(t, []domain.Fact{{Name: "photo", Value: string(photo.ID)}, {Name: "sha256", Value: announce(file).SHA256}}, audit[len(audit)-1].Stated())
}

func TestCompletingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	out := w.announced("p", front, []byte("front"))
	w.upload(out.Upload, []byte("front"))
	in := capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: out.Photo.ID}
	var racers sync.WaitGroup
	for range 8 {
		racers.Go(func() {
			photo, err := w.complete().Execute(t.Context(), in)
			assert.NoError(t, err)
			assert.Equal(t, domain.PhotoProcessing, photo.Status)
		})
	}
	racers.Wait()
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionPhotoCreated, domain.ActionPhotoCompleted}, w.Actions("p"))
	assert.Len(t, w.jobsOf(domain.JobInspectPhoto), 1)

	require.NoError(t, w.inspect().Execute(t.Context(), string(out.Photo.ID)))
	before := w.Everything()
	again, err := w.complete().Execute(t.Context(), in) // the first answer may have been lost
	require.NoError(t, err)
	assert.Equal(t, domain.PhotoPassed, again.Status)
	assert.Equal(t, before, w.Everything())
}

func TestCompletingWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	w.Draft("given up", owner)
	out := w.announced("p", front, []byte("front"))
	w.upload(out.Upload, []byte("front"))
	late := w.announced("given up", front, []byte("late"))
	w.upload(late.Upload, []byte("late"))
	w.Change("given up", func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		return p.Withdraw(owner, w.Clock.Now())
	})
	before := w.Everything()
	for _, c := range []struct {
		in   capture.CompletePhotoInput
		kind domain.Kind
		code string
	}{
		{capture.CompletePhotoInput{Actor: stranger, PropertyID: "p", PhotoID: out.Photo.ID}, domain.KindNotFound, "property_not_found"},
		{capture.CompletePhotoInput{Actor: owner, PropertyID: "none", PhotoID: out.Photo.ID}, domain.KindNotFound, "property_not_found"},
		{capture.CompletePhotoInput{Actor: owner, PropertyID: "q", PhotoID: out.Photo.ID}, domain.KindNotFound, "photo_not_found"},
		{capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: "none"}, domain.KindNotFound, "photo_not_found"},
		{capture.CompletePhotoInput{Actor: owner, PropertyID: "given up", PhotoID: late.Photo.ID}, domain.KindConflict, "property_locked"},
	} {
		_, err := w.complete().Execute(t.Context(), c.in)
		fixture.Refused(t, err, c.kind, c.code)
		assert.Equal(t, before, w.Everything())
	}
}
