package capture_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestAPhotoIsAnnouncedAndUploaded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	challenge := w.challenge("p", front)
	assert.Equal(t, w.Clock.Now().Add(5*time.Minute), challenge.ExpiresAt)
	w.Clock.Advance(2 * time.Minute)
	file := []byte("a fine front")
	in := capture.CreatePhotoInput{
		Actor: owner, PropertyID: "p", ChallengeID: challenge.ID, Subject: front, Announced: announce(file), Device: phone,
	}
	out, err := w.create().Execute(t.Context(), in)
	require.NoError(t, err)
	now := w.Clock.Now()
	assert.Equal(t, domain.Photo{
		ID: out.Photo.ID, PropertyID: "p", OwnerID: owner.ID, Subject: front, Status: domain.PhotoAwaitingUpload,
		Announced: announce(file), Device: phone, ChallengeID: challenge.ID, ChallengedAt: challenge.IssuedAt, CreatedAt: now,
	}, out.Photo)
	assert.Equal(t, out.Photo, w.Photo(out.Photo.ID))
	assert.Equal(t, now, w.Property("p").UpdatedAt, "the draft was touched")
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionPhotoCreated}, w.Actions("p"))
	assert.Equal(t, now.Add(15*time.Minute), out.Upload.ExpiresAt)

	assert.NotEqual(t, http.StatusOK, w.upload(out.Upload, []byte("another file")), "only the announced file")
	assert.Empty(t, w.Blobs.Keys())
	assert.Equal(t, http.StatusOK, w.upload(out.Upload, file))
	assert.Equal(t, []string{out.Photo.OriginalKey()}, w.Blobs.Keys())
}

func TestABadAnnouncementSpendsNoChallenge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	good := w.newPhoto("p", front, []byte("front"))
	before := w.Everything()
	for name, spoil := range map[string]func(in *capture.CreatePhotoInput){
		"checksum": func(in *capture.CreatePhotoInput) { in.Announced.SHA256 = "ABC" },
		"size":     func(in *capture.CreatePhotoInput) { in.Announced.Bytes = domain.MaxPhotoBytes + 1 },
		"type":     func(in *capture.CreatePhotoInput) { in.Announced.ContentType = "image/gif" },
		"place":    func(in *capture.CreatePhotoInput) { in.Device.Location = &domain.Point{} },
		"model":    func(in *capture.CreatePhotoInput) { in.Device.Model = strings.Repeat("x", 101) },
	} {
		in := good
		spoil(&in)
		_, err := w.create().Execute(t.Context(), in)
		assert.Equal(t, "invalid_input", domain.CodeOf(err), name)
	}
	_, err := w.issue().Execute(t.Context(), capture.IssueChallengeInput{
		Actor: owner, PropertyID: "p", Subject: domain.Subject{Type: domain.PhotoFront, Room: domain.RoomLiving},
	})
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	assert.Equal(t, before, w.Everything())
	_, err = w.create().Execute(t.Context(), good)
	require.NoError(t, err)
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	w.Draft("theirs", stranger)
	theirs, err := w.issue().Execute(t.Context(), capture.IssueChallengeInput{Actor: stranger, PropertyID: "theirs", Subject: front})
	require.NoError(t, err)
	inTime, late := w.newPhoto("p", front, []byte("in time")), w.newPhoto("p", front, []byte("late"))
	before := w.Everything()
	for _, c := range []struct {
		kind  domain.Kind
		code  string
		spoil func(in *capture.CreatePhotoInput)
	}{
		{domain.KindConflict, "challenge_mismatch", func(in *capture.CreatePhotoInput) { in.Subject = living }},
		{domain.KindConflict, "challenge_mismatch", func(in *capture.CreatePhotoInput) { in.PropertyID = "q" }},
		{domain.KindNotFound, "challenge_not_found", func(in *capture.CreatePhotoInput) { in.ChallengeID = theirs.ID }},
		{domain.KindNotFound, "challenge_not_found", func(in *capture.CreatePhotoInput) { in.ChallengeID = "made up" }},
		{domain.KindNotFound, "property_not_found", func(in *capture.CreatePhotoInput) { in.PropertyID = "theirs" }},
		{domain.KindNotFound, "property_not_found", func(in *capture.CreatePhotoInput) { in.Actor = stranger }},
	} {
		in := inTime
		c.spoil(&in)
		_, err := w.create().Execute(t.Context(), in)
		fixture.Refused(t, err, c.kind, c.code)
		assert.Equal(t, before, w.Everything(), c.code)
	}
	w.Clock.Advance(5*time.Minute - 1)
	_, err = w.create().Execute(t.Context(), inTime)
	require.NoError(t, err)
	_, err = w.create().Execute(t.Context(), inTime)
	fixture.Refused(t, err, domain.KindConflict, "challenge_replayed")
	w.Clock.Advance(1)
	_, err = w.create().Execute(t.Context(), late)
	fixture.Refused(t, err, domain.KindConflict, "challenge_expired")
	_, err = w.issue().Execute(t.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: "theirs", Subject: front})
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
}

func TestAChallengeIsGoodForOneOfManyRacingPhotos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	challenge := w.challenge("p", front)
	var won atomic.Int32
	var racers sync.WaitGroup
	for i := range 16 {
		racers.Go(func() {
			_, err := w.create().Execute(t.Context(), capture.CreatePhotoInput{
				Actor: owner, PropertyID: "p", ChallengeID: challenge.ID, Subject: front, Announced: announce(numbered("file", i)),
			})
			if err == nil {
				won.Add(1)
				return
			}
			assert.Equal(t, "challenge_replayed", domain.CodeOf(err))
		})
	}
	racers.Wait()
	assert.EqualValues(t, 1, won.Load())
	assert.Len(t, w.Everything().Photos, 1)
}

func TestThirtyPhotosAndNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	for i := range domain.MaxPhotosPerProperty - 1 {
		w.AddPhoto("p", domain.PhotoID("photo "+strconv.Itoa(i)), front, domain.PhotoPassed)
	}
	w.AddPhoto("p", "replaced", front, domain.PhotoFailed)
	w.SetPhoto("replaced", func(p *domain.Photo) { p.ReplacedBy = "photo 1" })
	requests := make([]capture.CreatePhotoInput, 8)
	for i := range requests {
		requests[i] = w.newPhoto("p", front, numbered("file", i))
	}
	var won atomic.Int32
	var racers sync.WaitGroup
	for _, in := range requests {
		racers.Go(func() {
			_, err := w.create().Execute(t.Context(), in)
			if err == nil {
				won.Add(1)
				return
			}
			assert.Equal(t, "too_many_photos", domain.CodeOf(err))
		})
	}
	racers.Wait()
	assert.EqualValues(t, 1, won.Load(), "there was one place left")
	_, err := w.issue().Execute(t.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: "p", Subject: front})
	fixture.Refused(t, err, domain.KindConflict, "too_many_photos")
}

func TestWhatWasSubmittedIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	in := w.newPhoto("p", front, []byte("front"))
	w.AddPhoto("p", "1", front, domain.PhotoPassed)
	w.AddPhoto("p", "2", living, domain.PhotoPassed)
	w.Change("p", func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(owner, "PF-20261123-000000", domain.Evidence{Photos: photos, Consented: true}, w.Clock.Now())
	})
	before := w.Everything()
	_, err := w.issue().Execute(t.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: "p", Subject: front})
	fixture.Refused(t, err, domain.KindConflict, "property_locked")
	_, err = w.create().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "property_locked")
	err = w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: "1"})
	fixture.Refused(t, err, domain.KindConflict, "property_locked")
	assert.Equal(t, before, w.Everything())
}

func TestARetakeInADraftTakesTheFailedPhotosPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	w.AddPhoto("p", "failed", front, domain.PhotoFailed)
	w.AddPhoto("p", "passed", front, domain.PhotoPassed)
	w.AddPhoto("p", "failed living", living, domain.PhotoFailed)
	w.AddPhoto("q", "elsewhere", front, domain.PhotoFailed)
	in := w.newPhoto("p", front, []byte("again"))
	before := w.Everything()
	for replaces, code := range map[domain.PhotoID]string{
		"passed": "not_replaceable", "failed living": "not_replaceable", "elsewhere": "photo_not_found", "none": "photo_not_found",
	} {
		in.Replaces = replaces
		_, err := w.create().Execute(t.Context(), in)
		assert.Equal(t, code, domain.CodeOf(err), "%s", replaces)
		assert.Equal(t, before, w.Everything(), "%s", replaces)
	}
	in.Replaces = "failed"
	out, err := w.create().Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, out.Photo.ID, w.Photo("failed").ReplacedBy)

	again := w.newPhoto("p", front, []byte("and again"))
	again.Replaces = "failed"
	_, err = w.create().Execute(t.Context(), again)
	fixture.Refused(t, err, domain.KindConflict, "not_replaceable")

	err = w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: out.Photo.ID})
	require.NoError(t, err)
	assert.Empty(t, w.Photo("failed").ReplacedBy, "nothing stands in its place any more")
}

func TestAFollowUpTakesTheAskedPhotosOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asked("p")
	_, err := w.issue().Execute(t.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: "p", Subject: kitchen})
	fixture.Refused(t, err, domain.KindConflict, "property_locked")
	in := w.newPhoto("p", front, []byte("whole"))
	in.Replaces = "p-front"
	_, err = w.create().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "not_replaceable")

	id := w.inspected("p", front, []byte("whole"))
	assert.Equal(t, domain.PhotoPassed, w.Photo(id).Status)
	assert.Empty(t, w.Photo("p-front").ReplacedBy, "not before the follow-up is answered")
	err = w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: "p-front"})
	fixture.Refused(t, err, domain.KindConflict, "property_locked")
	err = w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: id})
	require.NoError(t, err)
}

func TestTheSameRequestGivesTheSamePhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	in := w.newPhoto("p", front, []byte("front"))
	in.Key = domain.IdempotencyKey{UserID: owner.ID, Operation: "createPhoto", Key: "key", Fingerprint: "a"}

	w.Faults.Down("Blobs.PresignPut")
	_, err := w.create().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindUnavailable, "database_unavailable")
	w.Faults.Up()
	after := w.Everything()
	require.Len(t, after.Photos, 1, "stored, but its upload could not be signed")

	w.Clock.Advance(10 * time.Minute)
	outs := make([]capture.CreatePhotoOutput, 8)
	var racers sync.WaitGroup
	for i := range outs {
		racers.Go(func() {
			var err error
			outs[i], err = w.create().Execute(t.Context(), in)
			assert.NoError(t, err)
		})
	}
	racers.Wait()
	for _, out := range outs {
		assert.Equal(t, after.Photos[0], out.Photo)
		assert.Equal(t, w.Clock.Now().Add(15*time.Minute), out.Upload.ExpiresAt, "signed anew")
	}
	assert.Equal(t, after.Audit, w.Everything().Audit)
	assert.Equal(t, http.StatusOK, w.upload(outs[0].Upload, []byte("front")))

	in.Key.Fingerprint = "b"
	_, err = w.create().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindKeyReused, "idempotency_key_reused")
}
