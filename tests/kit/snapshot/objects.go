package snapshot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// objectsPerPage is the maximum number of objects that are listed at a time.
const objectsPerPage = 1000

// Objects reads all objects of a bucket, except that of the derivatives of photos it reads the
// keys only.
func Objects(ctx context.Context, blobs ports.Blobs) ([]Object, error) {
	var all []Object
	for after := ""; ; {
		page, err := blobs.List(ctx, "", after, objectsPerPage)
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, listed := range page {
			o := Object{Key: listed.Key}
			if !o.derivative() {
				if o.Data, err = read(ctx, blobs, o.Key); err != nil {
					return nil, err
				}
			}
			all, after = append(all, o), o.Key
		}
	}
}

func read(ctx context.Context, blobs ports.Blobs, key string) (_ []byte, err error) {
	object, err := blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	return io.ReadAll(object)
}

// The names of a photo's files.
var (
	original = path.Base(domain.Photo{}.OriginalKey())
	thumb    = path.Base(domain.Photo{}.ThumbKey())
	display  = path.Base(domain.Photo{}.DisplayKey())
)

func (o Object) derivative() bool { return slices.Contains([]string{thumb, display}, path.Base(o.Key)) }

// Derive makes the derivatives of photos from the originals beside them. They are not part of an
// archive, because they would be most of it.
func (s Snapshot) Derive(ctx context.Context, inspector ports.PhotoInspector) error {
	made := make(map[string][]byte)
	for _, o := range s.Objects {
		if path.Base(o.Key) != original {
			continue
		}
		inspected, err := inspector.Inspect(ctx, bytes.NewReader(o.Data))
		if err != nil {
			return err
		}
		folder := path.Dir(o.Key)
		made[path.Join(folder, thumb)], made[path.Join(folder, display)] = inspected.Thumb, inspected.Display
	}
	for i, o := range s.Objects {
		if o.derivative() {
			s.Objects[i].Data = made[o.Key]
		}
	}
	return nil
}

// Put writes the snapshot's objects to a bucket.
func (s Snapshot) Put(ctx context.Context, blobs ports.Blobs) error {
	for _, o := range s.Objects {
		if err := blobs.Put(ctx, o.Key, http.DetectContentType(o.Data), o.Data); err != nil {
			return err
		}
	}
	return nil
}
