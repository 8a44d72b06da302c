package plain

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/propflow/propflow/app/demodata/drawnphoto"
	"github.com/propflow/propflow/domain"
)

// Photos are small, so that many of them are: just above the least size that the checks accept.
const photoWidth, photoHeight, photoQuality = 272, 204, 45

// Shot is a photo to take of an invented house.
type Shot struct {
	domain.Subject
	// Seed is the house.
	Seed int64
	At   time.Time
	// Place is where it is taken. If it is nil, neither the file nor the device names time, place
	// or device, and the checks flag the photo.
	Place *domain.Point
}

// Challenge is the body of issueChallenge for the shot.
func (s Shot) Challenge() Object {
	subject := Object{"type": s.Type}
	if s.Room != domain.NoRoom {
		subject["room"] = s.Room
	}
	return subject
}

// Take draws the photo, and returns the file with the body of createPhoto for it.
func (s Shot) Take(challengeID string) (file []byte, announced Object) {
	picture := drawnphoto.Encode(drawnphoto.Draw(s.Seed, s.Subject, photoWidth, photoHeight), photoQuality)
	file, announced = picture, s.Challenge()
	if s.Place != nil {
		phone := drawnphoto.PhoneOf(s.Seed)
		file = picture.Taken(drawnphoto.Shot{
			Phone: phone, At: s.At.In(domain.IST), Position: drawnphoto.Position{Lat: s.Place.Lat, Lng: s.Place.Lng},
		})
		announced["device"] = Object{
			"captured_at": s.At.UTC().Format(time.RFC3339Nano), "location": Object{"lat": s.Place.Lat, "lng": s.Place.Lng},
			"accuracy_m": 12, "model": phone.Model,
		}
	}
	sum := sha256.Sum256(file)
	announced["challenge_id"], announced["sha256"] = challengeID, hex.EncodeToString(sum[:])
	announced["bytes"], announced["content_type"] = len(file), domain.ContentJPEG
	return file, announced
}

// Upload puts the file where the answer to its announcement directs it. 412 is an upload whose
// answer was lost: the object is there.
func (o Object) Upload(ctx context.Context, file []byte) error {
	upload := o.In("upload")
	request, err := http.NewRequestWithContext(ctx, upload.Text("method"), upload.Text("url"), bytes.NewReader(file))
	if err != nil {
		return err
	}
	for name := range upload.In("headers") {
		if !strings.EqualFold(name, "Content-Length") { // net/http sets it from the body
			request.Header.Set(name, upload.Text("headers", name))
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusMultipleChoices && response.StatusCode != http.StatusPreconditionFailed {
		err = fmt.Errorf("the object store answered %s", response.Status)
	}
	return errors.Join(err, response.Body.Close())
}
