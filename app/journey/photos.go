package journey

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Photo is a file to upload and what it shows.
type Photo struct {
	Name string
	Data []byte // the file, if Camera is nil
	Type propflow.PhotoType
	Room propflow.Room // empty unless Type is INTERNAL
	// Camera takes the photo when the challenge has been issued; nil if Data exists already.
	Camera *Camera
}

// Camera takes photos.
type Camera struct {
	Model string // as in the device report and the file's EXIF
	Shoot func(at time.Time, place propflow.Point) []byte
}

// shot returns the photo, taken at that time and place, and the model that took it.
func (p Photo) shot(at time.Time, place propflow.Point) (data []byte, model string) {
	if p.Camera == nil {
		return p.Data, "PropFlow journey"
	}
	return p.Camera.Shoot(at, place), p.Camera.Model
}

// subjects maps the second part of a file's name to the photo's subject.
var subjects = map[string]struct {
	kind propflow.PhotoType
	room propflow.Room
}{
	"frontal": {propflow.PhotoTypeFRONT, ""}, "front": {propflow.PhotoTypeFRONT, ""}, "side": {propflow.PhotoTypeSIDE, ""},
	"bedroom": {propflow.PhotoTypeINTERNAL, propflow.RoomBEDROOM}, "kitchen": {propflow.PhotoTypeINTERNAL, propflow.RoomKITCHEN},
	"bathroom": {propflow.PhotoTypeINTERNAL, propflow.RoomBATHROOM}, "living": {propflow.PhotoTypeINTERNAL, propflow.RoomLIVING},
}

// LoadPhotos reads the photos of one house from a folder of files that are named by house and
// room, e.g. 101_frontal.jpg. If house is empty, it takes the first that has a front and a room.
func LoadPhotos(folder, house string) ([]Photo, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_*.jpg"))
	if err != nil {
		return nil, err
	}
	houses := make(map[string][]string)
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), "_")
		houses[name] = append(houses[name], file)
	}
	names := []string{house}
	if house == "" {
		names = names[:0]
		for name := range houses {
			names = append(names, name)
		}
		slices.Sort(names)
	}
	for _, name := range names {
		photos, err := readPhotos(houses[name])
		if err != nil {
			return nil, err
		}
		if complete(photos) {
			return photos, nil
		}
	}
	return nil, fmt.Errorf("no house in %s has a front and a room (files such as 101_frontal.jpg and 101_kitchen.jpg)", folder)
}

func readPhotos(files []string) ([]Photo, error) {
	var photos []Photo
	for _, file := range files {
		_, what, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), "_")
		subject, known := subjects[what]
		if !known {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		photos = append(photos, Photo{Name: filepath.Base(file), Data: data, Type: subject.kind, Room: subject.room})
	}
	return photos, nil
}

func complete(photos []Photo) bool {
	has := func(kind propflow.PhotoType) bool {
		return slices.ContainsFunc(photos, func(p Photo) bool { return p.Type == kind })
	}
	return has(propflow.PhotoTypeFRONT) && has(propflow.PhotoTypeINTERNAL)
}

// Upload does the four steps of capture for one photo (challenge, announce, upload, complete)
// and returns the photo as announced. place is the location that the device reports.
func (o *Owner) Upload(ctx context.Context, property string, photo Photo, place propflow.Point, replaces string) (propflow.OwnerPhoto, error) {
	asked := propflow.IssueChallengeRequest{Type: photo.Type}
	if photo.Room != "" {
		asked.Room = &photo.Room
	}
	challenge, err := o.Client.IssueChallengeWithResponse(ctx, property, asked)
	if err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("challenge for %s: %w", photo.Name, err)
	}
	now := time.Now().UTC()
	data, model := photo.shot(now, place)
	request := propflow.CreatePhotoRequest{
		ChallengeID: challenge.JSON201.ID, Type: asked.Type, Room: asked.Room, Bytes: int64(len(data)), Sha256: checksum(data),
		ContentType: propflow.PhotoContentType(http.DetectContentType(data)),
		Device:      &propflow.DeviceReport{Location: &place, AccuracyM: ptr(12.0), Model: &model, CapturedAt: &now},
	}
	if replaces != "" {
		request.Replaces = &replaces
	}
	created, err := o.Client.CreatePhotoWithResponse(ctx, property, &propflow.CreatePhotoParams{IdempotencyKey: propflow.NewKey()}, request)
	if err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("announce %s: %w", photo.Name, err)
	}
	if err := o.put(ctx, created.JSON201.Upload, data); err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("upload %s: %w", photo.Name, err)
	}
	done, err := o.Client.CompletePhotoWithResponse(ctx, property, created.JSON201.Photo.ID)
	if err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("complete %s: %w", photo.Name, err)
	}
	return *done.JSON202, nil
}

// put uploads the bytes. 412 is an upload whose answer was lost: the object is there.
func (o *Owner) put(ctx context.Context, upload propflow.Upload, data []byte) error {
	request, err := http.NewRequestWithContext(ctx, string(upload.Method), upload.URL, bytes.NewReader(data))
	if err != nil {
		return err
	}
	for name, value := range upload.Headers {
		if !strings.EqualFold(name, "Content-Length") { // net/http sets it from the body
			request.Header.Set(name, value)
		}
	}
	response, err := httpClient(o.Doer).Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusMultipleChoices && response.StatusCode != http.StatusPreconditionFailed {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 300))
		return fmt.Errorf("the object store answered %s: %s", response.Status, said)
	}
	return nil
}

// Verdict waits for the verdict on a photo.
func (o *Owner) Verdict(ctx context.Context, photo propflow.OwnerPhoto) (propflow.OwnerPhoto, error) {
	if _, err := o.Events.Await(ctx, inspected(photo)); err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("await the verdict: %w", err)
	}
	return o.Photo(ctx, photo.PropertyID, photo.ID)
}

// Photo reads a photo.
func (o *Owner) Photo(ctx context.Context, property, photo string) (propflow.OwnerPhoto, error) {
	now, err := o.Client.GetPhotoWithResponse(ctx, property, photo, nil)
	if err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("read the photo: %w", err)
	}
	return now.JSON200.AsOwnerPhoto()
}

// inspected matches the event of the verdict on a photo.
func inspected(photo propflow.OwnerPhoto) func(propflow.Event) bool {
	return func(e propflow.Event) bool {
		return e.Name == "photo.inspected" && e.PhotoID != nil && *e.PhotoID == photo.ID
	}
}

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func ptr[T any](v T) *T { return &v }
