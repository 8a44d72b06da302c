package drawnphoto_test

import (
	"bytes"
	"image/jpeg"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/demodata/drawnphoto"
	"github.com/propflow/propflow/domain"
)

func TestTheSameSeedAndSubjectGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, seed := range []int64{-1, 0, 7} {
		for _, subject := range subjects() {
			picture := drawnphoto.NewPicture(seed, subject, 320, 240)
			assert.Equal(t, picture, drawnphoto.NewPicture(seed, subject, 320, 240), "%d %v", seed, subject)
			assert.Empty(t, seen[string(picture)], "%d %v", seed, subject)
			seen[string(picture)] = "drawn before"
		}
	}
}

func subjects() []domain.Subject {
	var all []domain.Subject
	for _, kind := range domain.PhotoTypes {
		if kind != domain.PhotoInternal {
			all = append(all, domain.Subject{Type: kind})
		}
	}
	for _, room := range domain.Rooms {
		all = append(all, domain.Subject{Type: domain.PhotoInternal, Room: room})
	}
	return all
}

// What a picture shows must not depend on its size: the mean of each block of pixels is about
// the pixel of a smaller one.
func TestAPictureShowsTheSameAtAnySize(t *testing.T) {
	t.Parallel()
	for _, subject := range subjects() {
		small, large := drawnphoto.Draw(3, subject, 64, 48), drawnphoto.Draw(3, subject, 512, 384)
		var apart float64
		for i := range 64 * 48 {
			x, y := i%64, i/64
			sum := 0
			for j := range 64 {
				sum += int(large.RGBAAt(x*8+j%8, y*8+j/8).G)
			}
			apart += max(float64(sum)/64-float64(small.RGBAAt(x, y).G), float64(small.RGBAAt(x, y).G)-float64(sum)/64)
		}
		assert.Less(t, apart/(64*48), 9.0, "%v: mean difference in levels of 255", subject)
	}
}

func TestAShotIsThePictureWithTheMetadataOfAPhone(t *testing.T) {
	t.Parallel()
	picture := drawnphoto.NewPicture(1, domain.Subject{Type: domain.PhotoFront}, 320, 240)
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	shot := drawnphoto.Shot{Phone: drawnphoto.PhoneOf(1), At: at, Position: drawnphoto.Position{Lat: 28.6, Lng: 77.2}}
	photo := picture.Taken(shot)
	assert.True(t, bytes.HasSuffix(photo, picture[2:]), "the pixels stay")
	for _, text := range []string{shot.Phone.Make, shot.Phone.Model, "2026:11:23 10:00:00", "+05:30"} {
		assert.True(t, bytes.Contains(photo[:600], append([]byte(text), 0)), text)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(photo))
	require.NoError(t, err)
	assert.Equal(t, 320, size.Width)
	assert.Equal(t, drawnphoto.PhoneOf(9), drawnphoto.PhoneOf(1), "a house keeps its phone")
	assert.NotEmpty(t, drawnphoto.PhoneOf(-5).Model)
}
