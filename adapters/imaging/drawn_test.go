package imaging_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/app/demodata/drawnphoto"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// drawnSubjects lists what the demo's photos show.
func drawnSubjects() []domain.Subject {
	subjects := []domain.Subject{{Type: domain.PhotoFront}, {Type: domain.PhotoSide}, {Type: domain.PhotoAmenity}, {Type: domain.PhotoDocument}}
	for _, room := range domain.Rooms {
		subjects = append(subjects, domain.Subject{Type: domain.PhotoInternal, Room: room})
	}
	return subjects
}

// snapped is a photo of the demo, taken at the property by the owner's phone.
func snapped(seed int64, subject domain.Subject, width, height int) shot {
	phone := drawnphoto.PhoneOf(seed)
	s := good(photofixture.Options{}, as(subject.Type), file(drawnphoto.NewPicture(seed, subject, width, height).Taken(drawnphoto.Shot{
		Phone: phone, At: takenAt.In(domain.IST), Position: drawnphoto.Position{Lat: atHome.Lat, Lng: atHome.Lng},
	})))
	s.photo.Subject, s.photo.Device.Model = subject, phone.Model
	return s
}

// A drawn photo passes in whichever size it is: whole, as the demo takes it, and small, as
// tests do.
func TestEveryDrawnPhotoPasses(t *testing.T) {
	if raced {
		t.Skip("draws and inspects many photos: run it without -race")
	}
	t.Parallel()
	inspector := imaging.New()
	for _, subject := range drawnSubjects() {
		t.Run(fmt.Sprint(subject), func(t *testing.T) {
			t.Parallel()
			for seed := range int64(8) {
				photo := judged(t, inspector, snapped(seed, subject, 640, 480))
				assert.Equal(t, domain.PhotoPassed, photo.Status, "seed %d: %v", seed, photo.Findings)
			}
			whole := judged(t, inspector, snapped(8, subject, drawnphoto.Width, drawnphoto.Height))
			assert.Equal(t, domain.PhotoPassed, whole.Status, "%v", whole.Findings)
			exif := whole.Facts.EXIF
			assert.True(t, exif.Zoned)
			require.NotNil(t, exif.TakenAt)
			assert.True(t, exif.TakenAt.Equal(takenAt), "%v", exif.TakenAt)
			require.NotNil(t, exif.Location)
			assert.Less(t, exif.Location.DistanceKM(atHome), 0.001)
			assert.Equal(t, drawnphoto.PhoneOf(8).Model, exif.Model)
		})
	}
}

// Photos of different houses, and different photos of one, are different pictures: 10,296 pairs.
func TestNoTwoDrawnPhotosAreTheSamePicture(t *testing.T) {
	if raced {
		t.Skip("draws and inspects many photos: run it without -race")
	}
	t.Parallel()
	inspector := imaging.New()
	var names []string
	var pictures []domain.ImageFacts
	for seed := range int64(16) {
		for _, subject := range drawnSubjects() {
			found, err := inspector.Inspect(t.Context(), bytes.NewReader(drawnphoto.NewPicture(100+seed, subject, 400, 300)))
			require.NoError(t, err)
			require.True(t, found.Facts.Recognisable())
			for i, other := range pictures {
				assert.False(t, domain.SamePicture(found.Facts, other), "house %d's %v and %s", seed, subject, names[i])
			}
			pictures, names = append(pictures, found.Facts), append(names, fmt.Sprintf("house %d's %v", seed, subject))
		}
	}
}
