package capture_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// download follows a link, as a browser does.
func (w *world) download(link string) (int, string) {
	w.T.Helper()
	request, err := http.NewRequestWithContext(w.T.Context(), http.MethodGet, link, http.NoBody)
	require.NoError(w.T, err)
	answer := httptest.NewRecorder()
	w.Blobs.Handler().ServeHTTP(answer, request)
	return answer.Code, answer.Body.String()
}

func (w *world) list(by domain.Actor, id domain.PropertyID) ([]capture.PhotoView, error) {
	uc := capture.ListPhotos{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	out, err := uc.Execute(w.T.Context(), capture.ListPhotosInput{Actor: by, PropertyID: id})
	return out.Photos, err
}

func (w *world) get(by domain.Actor, property domain.PropertyID, id domain.PhotoID) (capture.PhotoView, error) {
	uc := capture.GetPhoto{UnitOfWork: w.Store, Blobs: w.Blobs, Clock: w.Clock}
	return uc.Execute(w.T.Context(), capture.GetPhotoInput{Actor: by, PropertyID: property, PhotoID: id})
}

func TestWhatEachReaderSeesOfAPhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.inspected("p", front, []byte("front"))
	w.inspected("p", living, []byte("living"))
	w.Change("p", func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(owner, "PF-20261123-000000", domain.Evidence{Photos: photos, Consented: true}, w.Clock.Now())
	})
	own, err := w.get(owner, "p", id)
	require.NoError(t, err)
	assert.Equal(t, w.Photo(id), own.Photo)
	assert.Empty(t, own.Links.Original)
	assert.True(t, own.ForOwner)
	queued, err := w.get(valuer, "p", id)
	require.NoError(t, err)
	assert.False(t, queued.ForOwner)
	assert.NotEmpty(t, queued.Links.Display)
	assert.Empty(t, queued.Links.Original, "the queue is without originals")
	w.Claim("p")
	staff, err := w.get(valuer, "p", id)
	require.NoError(t, err)
	promoted, err := w.get(domain.Actor{ID: owner.ID, Role: domain.RoleValuer}, "p", id)
	require.NoError(t, err)
	assert.True(t, promoted.ForOwner, "staff see their own case as owners do")
	assert.Empty(t, promoted.Links.Original)

	good := memory.GoodPhoto([]byte("front"))
	for link, want := range map[string]string{
		own.Links.Thumb: string(good.Thumb), own.Links.Display: string(good.Display), staff.Links.Original: "front",
	} {
		status, body := w.download(link)
		assert.Equal(t, http.StatusOK, status)
		assert.Equal(t, want, body)
	}
	for _, by := range []domain.Actor{owner, valuer} {
		views, err := w.list(by, "p")
		require.NoError(t, err)
		require.Len(t, views, 2)
		assert.Equal(t, id, views[0].Photo.ID, "oldest first")
		assert.Equal(t, by == valuer, views[0].Links.Original != "")
	}
	w.Clock.Advance(10 * time.Minute)
	status, _ := w.download(staff.Links.Original)
	assert.NotEqual(t, http.StatusOK, status, "a link is short-lived")
}

func TestNoLinksWithoutAFileThatReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	awaiting := w.announced("p", front, []byte("awaiting")).Photo.ID
	processing := w.processing("p", front, []byte("processing"))
	w.PhotoInspector.AnswerWith(func(data []byte) ports.PhotoInspection {
		seen := memory.GoodPhoto(data)
		seen.Facts.Fault = domain.FaultBroken
		return ports.PhotoInspection{Facts: seen.Facts}
	})
	broken := w.inspected("p", front, []byte("broken"))
	for _, id := range []domain.PhotoID{awaiting, processing, broken} {
		v, err := w.get(owner, "p", id)
		require.NoError(t, err)
		assert.Zero(t, v.Links)
	}
}

func TestTheDistanceIsTheFilesElseTheDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	north := domain.Point{Lat: home.Lat + 0.001, Lng: home.Lng}
	w.AddPhoto("p", "device", front, domain.PhotoPassed)
	w.AddPhoto("p", "file", front, domain.PhotoPassed)
	w.SetPhoto("file", func(p *domain.Photo) { p.Facts.EXIF.Location = &north })
	w.AddPhoto("p", "neither", front, domain.PhotoPassed)
	w.SetPhoto("neither", func(p *domain.Photo) { p.Device = domain.DeviceReport{} })
	distance := func(id domain.PhotoID) *float64 {
		v, err := w.get(owner, "p", id)
		require.NoError(t, err)
		return v.DistanceKM
	}
	assert.InDelta(t, 0, *distance("device"), 1e-9)
	assert.InDelta(t, 0.1112, *distance("file"), 1e-4, "a thousandth of a degree of latitude")
	assert.Nil(t, distance("neither"))
	w.Change("p", func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		p.Details.Location = nil
		return p.Edit(owner, domain.DetailsChange{}, nil, w.Clock.Now())
	})
	assert.Nil(t, distance("file"), "the property's place is not known")
}

func TestPhotosOfOthersDoNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	w.Draft("q", owner)
	w.AddPhoto("p", "photo", front, domain.PhotoPassed)
	for _, c := range []struct {
		by       domain.Actor
		property domain.PropertyID
	}{{stranger, "p"}, {valuer, "p"}, {owner, "none"}} {
		_, err := w.list(c.by, c.property)
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
		_, err = w.get(c.by, c.property, "photo")
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	}
	for property, photo := range map[domain.PropertyID]domain.PhotoID{"q": "photo", "p": "none"} {
		_, err := w.get(owner, property, photo)
		fixture.Refused(t, err, domain.KindNotFound, "photo_not_found")
	}
	views, err := w.list(owner, "q")
	require.NoError(t, err)
	assert.Empty(t, views)
	assert.NotNil(t, views)
}
