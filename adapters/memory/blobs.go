package memory

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Blobs is a ports.Blobs whose signed links are served by its Handler. Objects are private:
// over HTTP they are reached only by a signed link, and cannot be listed.
type Blobs struct {
	clock  ports.Clock
	faults *Faults
	base   string // of links, without a slash at its end
	signer signer

	mu       sync.RWMutex
	objects  map[string]object
	versions map[string][]version // by key, oldest first; nil unless KeepVersions was called
}

type object struct {
	contentType string
	data        []byte // never changed once stored
	modifiedAt  time.Time
}

// NewBlobs returns an empty store whose links begin with baseURL, the URL at which the
// application mounts Handler, e.g. http://localhost:8000/blobs. Links are signed with a
// random key of this store, so they are valid no longer than it exists. faults may be nil.
func NewBlobs(clock ports.Clock, faults *Faults, baseURL string) *Blobs {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails (crypto/rand)
	return &Blobs{
		clock: clock, faults: faults, base: strings.TrimSuffix(baseURL, "/"),
		signer: signer{key}, objects: make(map[string]object),
	}
}

// PresignPut implements ports.Blobs.
func (b *Blobs) PresignPut(ctx context.Context, key string, file domain.Announcement, ttl time.Duration) (ports.Upload, error) {
	if err := b.faults.outside(ctx, "Blobs.PresignPut"); err != nil {
		return ports.Upload{}, err
	}
	grant := grant{method: "PUT", key: key, file: file, expires: b.clock.Now().Add(ttl)}
	return ports.Upload{
		Method: grant.method, URL: b.link(grant), ExpiresAt: grant.expires,
		Headers: map[string]string{"Content-Type": file.ContentType, "If-None-Match": "*"},
	}, nil
}

// PresignGet implements ports.Blobs.
func (b *Blobs) PresignGet(ctx context.Context, key string, ttl time.Duration) (string, error) {
	if err := b.faults.outside(ctx, "Blobs.PresignGet"); err != nil {
		return "", err
	}
	return b.link(grant{method: "GET", key: key, expires: b.clock.Now().Add(ttl)}), nil
}

// Put implements ports.Blobs.
func (b *Blobs) Put(ctx context.Context, key, contentType string, data []byte) error {
	if err := b.faults.outside(ctx, "Blobs.Put"); err != nil {
		return err
	}
	b.store(key, object{contentType: contentType, data: slices.Clone(data)})
	return nil
}

func (b *Blobs) store(key string, o object) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set(key, o)
}

// add stores an object and reports true, or reports false if its key is taken.
func (b *Blobs) add(key string, o object) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, taken := b.objects[key]; taken {
		return false
	}
	b.set(key, o)
	return true
}

func (b *Blobs) find(key string) (object, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	o, ok := b.objects[key]
	if !ok {
		return o, domain.NotFound("blob")
	}
	return o, nil
}

// Open implements ports.Blobs.
func (b *Blobs) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := b.faults.outside(ctx, "Blobs.Open"); err != nil {
		return nil, err
	}
	o, err := b.find(key)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(o.data)), nil
}

// Size implements ports.Blobs.
func (b *Blobs) Size(ctx context.Context, key string) (int64, error) {
	if err := b.faults.outside(ctx, "Blobs.Size"); err != nil {
		return 0, err
	}
	o, err := b.find(key)
	return int64(len(o.data)), err
}

// DeletePrefix implements ports.Blobs.
func (b *Blobs) DeletePrefix(ctx context.Context, prefix string) error {
	if err := b.faults.outside(ctx, "Blobs.DeletePrefix"); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.objects {
		if strings.HasPrefix(key, prefix) {
			b.unset(key)
		}
	}
	return nil
}

// Keys lists the keys of all objects, sorted, for tests.
func (b *Blobs) Keys() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Sorted(maps.Keys(b.objects))
}
