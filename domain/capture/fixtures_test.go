package capture_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
)

var (
	owner    = domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	stranger = domain.Actor{ID: "stranger", Role: domain.RoleCustomer}
	valuer   = domain.Actor{ID: "valuer", Role: domain.RoleValuer}
	rival    = domain.Actor{ID: "rival", Role: domain.RoleValuer}

	front   = domain.Subject{Type: domain.PhotoFront}
	living  = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomLiving}
	kitchen = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}

	// home is where every property lies that has a place.
	home = domain.Point{Lat: 12.9719, Lng: 77.6412}
	// phone is a device that says that it is at home.
	phone = domain.DeviceReport{Location: &home, AccuracyM: 10, Model: "Pixel 8"}
)

// world is memory adapters and what is put into them.
type world struct {
	*memory.Ports
	t testing.TB
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return &world{Ports: memory.ForTest(), t: t}
}

// do runs fn in a transaction that must succeed.
func (w *world) do(fn func(ctx context.Context, tx ports.Tx) error) {
	w.t.Helper()
	require.NoError(w.t, w.Store.Do(context.WithoutCancel(w.t.Context()), fn))
}

// change does something to a stored property.
func (w *world) change(id domain.PropertyID, fn func(p *domain.Property, photos []domain.Photo) (domain.Change, error)) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		photos, err := tx.Photos.ByProperty(ctx, id)
		if err != nil {
			return err
		}
		change, err := fn(&p, photos)
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, w.IDs)
	})
}

// setPhoto changes a stored photo.
func (w *world) setPhoto(id domain.PhotoID, fn func(p *domain.Photo)) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Photos.Lock(ctx, id)
		if err != nil {
			return err
		}
		fn(&p)
		return tx.Photos.Update(ctx, &p)
	})
}

func (w *world) property(id domain.PropertyID) domain.Property {
	w.t.Helper()
	p, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		return tx.Properties.Get(ctx, id)
	})
	require.NoError(w.t, err)
	return p
}

func (w *world) photo(id domain.PhotoID) domain.Photo {
	w.t.Helper()
	p, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		return tx.Photos.Get(ctx, id)
	})
	require.NoError(w.t, err)
	return p
}

// draft adds a complete draft at home.
func (w *world) draft(id domain.PropertyID, by domain.Actor) {
	w.t.Helper()
	area := 1250
	p, change, err := domain.NewProperty(id, by, domain.Apartment, "", domain.DetailsChange{
		Address:  &domain.Address{Line1: "12, 4th Cross", City: "Bengaluru", State: "Karnataka", Pincode: "560038"},
		AreaSqFt: &area, Location: &domain.Location{Point: home, AccuracyM: 10},
	}, "salt", w.Clock.Now())
	require.NoError(w.t, err)
	w.do(func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, p); err != nil {
			return err
		}
		return tx.Leave(ctx, p, change, w.IDs)
	})
}

// addPhoto adds a photo with a verdict.
func (w *world) addPhoto(property domain.PropertyID, id domain.PhotoID, subject domain.Subject, status domain.PhotoStatus) {
	w.t.Helper()
	photo := domain.Photo{
		ID: id, PropertyID: property, OwnerID: owner.ID, Subject: subject, Status: status, Device: phone,
		CreatedAt: w.Clock.Now(), InspectedAt: w.Clock.Now(),
	}
	w.do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, photo) })
}

// submitted adds a submitted property with the passed photo of its front "<id>-front" and
// the flagged one of its living room "<id>-living".
func (w *world) submitted(id domain.PropertyID, by domain.Actor) {
	w.t.Helper()
	w.draft(id, by)
	w.addPhoto(id, domain.PhotoID(id)+"-front", front, domain.PhotoPassed)
	w.addPhoto(id, domain.PhotoID(id)+"-living", living, domain.PhotoFlagged)
	w.change(id, func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(by, domain.NewReference(w.Clock.Now(), [6]byte(w.Entropy.Bytes(6))), photos, true, w.Clock.Now())
	})
}

// claimed adds a property under review by the valuer.
func (w *world) claimed(id domain.PropertyID) {
	w.t.Helper()
	w.submitted(id, owner)
	w.change(id, func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		return p.ClaimFor(valuer, w.Clock.Now())
	})
}

// asked adds a property whose owner must take the photo of its front again.
func (w *world) asked(id domain.PropertyID) {
	w.t.Helper()
	w.claimed(id)
	w.change(id, func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		items := []domain.FollowUpItem{{ID: "1", Kind: domain.RetakePhoto, Message: "Cut off", PhotoID: domain.PhotoID(id) + "-front"}}
		return p.AskFollowUp(valuer, items, photos, w.Clock.Now())
	})
	w.Clock.Advance(time.Minute)
}

// announce describes a file.
func announce(file []byte) domain.Announcement {
	sum := sha256.Sum256(file)
	return domain.Announcement{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)), ContentType: domain.ContentJPEG}
}

func (w *world) challenge(property domain.PropertyID, subject domain.Subject) domain.Challenge {
	w.t.Helper()
	c, err := w.issue().Execute(w.t.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: property, Subject: subject})
	require.NoError(w.t, err)
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
	w.t.Helper()
	return capture.CreatePhotoInput{
		Actor: owner, PropertyID: property, ChallengeID: w.challenge(property, subject).ID,
		Subject: subject, Announced: announce(file), Device: phone,
	}
}

// announced adds a photo that awaits its upload.
func (w *world) announced(property domain.PropertyID, subject domain.Subject, file []byte) capture.CreatePhotoOutput {
	w.t.Helper()
	out, err := w.create().Execute(w.t.Context(), w.newPhoto(property, subject, file))
	require.NoError(w.t, err)
	return out
}

// upload sends the file to where the upload says, as a client does, and returns the status.
func (w *world) upload(to ports.Upload, file []byte) int {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), to.Method, to.URL, bytes.NewReader(file))
	require.NoError(w.t, err)
	for name, value := range to.Headers {
		request.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	w.Blobs.Handler().ServeHTTP(answer, request)
	return answer.Code
}

// processing adds a photo that is uploaded and waits for its inspection.
func (w *world) processing(property domain.PropertyID, subject domain.Subject, file []byte) domain.PhotoID {
	w.t.Helper()
	out := w.announced(property, subject, file)
	require.Equal(w.t, http.StatusOK, w.upload(out.Upload, file))
	_, err := w.complete().Execute(w.t.Context(), capture.CompletePhotoInput{Actor: owner, PropertyID: property, PhotoID: out.Photo.ID})
	require.NoError(w.t, err)
	return out.Photo.ID
}

// inspected adds a photo with the verdict that its file gets.
func (w *world) inspected(property domain.PropertyID, subject domain.Subject, file []byte) domain.PhotoID {
	w.t.Helper()
	id := w.processing(property, subject, file)
	require.NoError(w.t, w.inspect().Execute(w.t.Context(), string(id)))
	return id
}

// everything is all that a use case of this package can change.
type everything struct {
	Properties []domain.Property
	Photos     []domain.Photo
	Audit      []domain.AuditEntry
	Steps      []domain.Step
	Jobs       []domain.Job
	Events     []domain.Event
	Blobs      []string
}

// snapshot reads everything; audit chains must be intact.
func (w *world) snapshot() everything {
	w.t.Helper()
	var all everything
	w.do(func(ctx context.Context, tx ports.Tx) error {
		all = everything{}
		for _, by := range []domain.Actor{owner, stranger, valuer} {
			list, err := tx.Properties.ByOwner(ctx, by.ID, domain.Page{Limit: 100})
			if err != nil {
				return err
			}
			all.Properties = append(all.Properties, list.Items...)
		}
		for _, p := range all.Properties {
			photos, err := tx.Photos.ByProperty(ctx, p.ID)
			if err != nil {
				return err
			}
			chain, err := tx.Audit.Chain(ctx, p.ID)
			if err != nil {
				return err
			}
			if err := domain.VerifyChain(chain); err != nil {
				return err
			}
			all.Photos, all.Audit = append(all.Photos, photos...), append(all.Audit, chain...)
		}
		var err error
		all.Steps, err = tx.Steps.Between(ctx, time.Time{}, w.Clock.Now().Add(time.Hour))
		return err
	})
	all.Jobs, all.Blobs = w.Runner.Pending(), w.Blobs.Keys()
	var err error
	all.Events, _, err = w.Feed.Since(context.WithoutCancel(w.t.Context()), "", 1000)
	require.NoError(w.t, err)
	return all
}

// actions lists what was done to a property, oldest first.
func (w *world) actions(id domain.PropertyID) []domain.Action {
	var actions []domain.Action
	for _, e := range w.snapshot().Audit {
		if e.PropertyID == id {
			actions = append(actions, e.Action)
		}
	}
	return actions
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

func refused(t *testing.T, err error, kind domain.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, kind, domain.KindOf(err), "%v", err)
	assert.Equal(t, code, domain.CodeOf(err), "%v", err)
}

func numbered(name string, n int) []byte { return []byte(name + " " + strconv.Itoa(n)) }
