package capture_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

var (
	owner, stranger, valuer, rival = fixture.Owner, fixture.Stranger, fixture.Valuer, fixture.Rival
	front, living, kitchen         = fixture.Front, fixture.Living, fixture.Kitchen
	home, phone                    = fixture.Home, fixture.Phone
)

// world is a fixture with the use cases of this package.
type world struct{ *fixture.World }

func newWorld(t testing.TB) *world { return &world{fixture.New(t)} }

// submitted adds a submitted property with the passed photo of its front "<id>-front" and
// the flagged one of its living room "<id>-living".
func (w *world) submitted(id domain.PropertyID, by domain.Actor) {
	w.T.Helper()
	w.Ready(id, by, domain.PhotoFlagged)
	w.Submit(id, by)
}

// claimed adds a property under review by the valuer.
func (w *world) claimed(id domain.PropertyID) {
	w.T.Helper()
	w.submitted(id, owner)
	w.Claim(id)
}

// asked adds a property whose owner must take the photo of its front again.
func (w *world) asked(id domain.PropertyID) {
	w.T.Helper()
	w.claimed(id)
	w.Ask(id, domain.FollowUpItem{ID: "1", Kind: domain.RetakePhoto, Message: "Cut off", PhotoID: domain.PhotoID(id) + "-front"})
	w.Clock.Advance(time.Minute)
}

// announce describes a file.
func announce(file []byte) domain.Announcement {
	sum := sha256.Sum256(file)
	return domain.Announcement{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)), ContentType: domain.ContentJPEG}
}

func (w *world) challenge(property domain.PropertyID, subject domain.Subject) domain.Challenge {
	w.T.Helper()
	c, err := w.issue().Execute(w.T.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: property, Subject: subject})
	require.NoError(w.T, err)
	return c
}

func (w *world) issue() capture.IssueChallenge {
	return capture.IssueChallenge{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) create() capture.CreatePhoto {
	return capture.CreatePhoto{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) complete() capture.CompletePhoto {
	return capture.CompletePhoto{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) inspect() capture.InspectPhoto {
	return capture.InspectPhoto{
		UnitOfWork: w.Store, Blobs: w.Blobs, PhotoInspector: w.PhotoInspector, ImageAnalyzer: w.ImageAnalyzer,
		Clock: w.Clock, IDs: w.IDs,
	}
}

func (w *world) deletePhoto() capture.DeletePhoto {
	return capture.DeletePhoto{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

// newPhoto is a request for a photo of the subject, with a fresh challenge.
func (w *world) newPhoto(property domain.PropertyID, subject domain.Subject, file []byte) capture.CreatePhotoInput {
	w.T.Helper()
	return capture.CreatePhotoInput{
		Actor: owner, PropertyID: property, ChallengeID: w.challenge(property, subject).ID,
		Subject: subject, Announced: announce(file), Device: phone,
	}
}

// announced adds a photo that awaits its upload.
func (w *world) announced(property domain.PropertyID, subject domain.Subject, file []byte) capture.CreatePhotoOutput {
	w.T.Helper()
	out, err := w.create().Execute(w.T.Context(), w.newPhoto(property, subject, file))
	require.NoError(w.T, err)
	return out
}

// upload sends the file to where the upload says, as a client does, and returns the status.
func (w *world) upload(to ports.Upload, file []byte) int {
	w.T.Helper()
	request, err := http.NewRequestWithContext(w.T.Context(), to.Method, to.URL, bytes.NewReader(file))
	require.NoError(w.T, err)
	for name, value := range to.Headers {
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	w.Blobs.Handler().ServeHTTP(answer, request)
	return answer.Code
}

// processing adds a photo that is uploaded and waits for its inspection.
func (w *world) processing(property domain.PropertyID, subject domain.Subject, file []byte) domain.PhotoID {
	w.T.Helper()
	out := w.announced(property, subject, file)
	require.Equal(w.T, http.StatusOK, w.upload(out.Upload, file))
	_, err := w.complete().Execute(w.T.Context(), capture.CompletePhotoInput{Actor: owner, PropertyID: property, PhotoID: out.Photo.ID})
	require.NoError(w.T, err)
	return out.Photo.ID
}

// inspected adds a photo with the verdict that its file gets.
func (w *world) inspected(property domain.PropertyID, subject domain.Subject, file []byte) domain.PhotoID {
	w.T.Helper()
	id := w.processing(property, subject, file)
	require.NoError(w.T, w.inspect().Execute(w.T.Context(), string(id)))
	return id
}

// jobsOf lists the waiting jobs of a kind.
func (w *world) jobsOf(kind domain.JobKind) []domain.Job {
	var jobs []domain.Job
	for _, j := range w.Runner.Pending() {
		if j.Kind == kind {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

func numbered(name string, n int) []byte { return []byte(name + " " + strconv.Itoa(n)) }
