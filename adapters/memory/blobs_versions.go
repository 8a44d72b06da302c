package memory

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var _ ports.BlobVersions = (*Blobs)(nil)

// version is one state of an object, past or current. It has no data if deleted.
type version struct {
	object
	deleted bool
}

// KeepVersions makes the store keep the objects that are overwritten or deleted from now on.
func (b *Blobs) KeepVersions() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.versions = make(map[string][]version)
	for key, o := range b.objects {
		b.versions[key] = []version{{object: o}}
	}
}

// set puts an object under its key. The caller holds the lock.
func (b *Blobs) set(key string, o object) {
	o.modifiedAt = b.clock.Now()
	b.objects[key] = o
	b.keep(key, version{object: o})
}

// unset removes an object. The caller holds the lock.
func (b *Blobs) unset(key string) {
	delete(b.objects, key)
	b.keep(key, version{object: object{modifiedAt: b.clock.Now()}, deleted: true})
}

func (b *Blobs) keep(key string, v version) {
	if b.versions != nil {
		b.versions[key] = append(b.versions[key], v)
	}
}

// Purge implements ports.Blobs.
func (b *Blobs) Purge(ctx context.Context, prefix string) error {
	if err := b.faults.outside(ctx, "Blobs.Purge"); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.objects {
		if strings.HasPrefix(key, prefix) {
			delete(b.objects, key)
		}
	}
	for key := range b.versions {
		if strings.HasPrefix(key, prefix) {
			delete(b.versions, key)
		}
	}
	return nil
}

// Versions implements ports.BlobVersions.
func (b *Blobs) Versions(ctx context.Context, prefix string) ([]ports.BlobVersion, error) {
	if err := b.faults.outside(ctx, "Blobs.Versions"); err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	var all []ports.BlobVersion
	for _, key := range slices.Sorted(maps.Keys(b.versions)) {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		kept := b.versions[key]
		for i, v := range slices.Backward(kept) {
			all = append(all, ports.BlobVersion{
				Key: key, ID: strconv.Itoa(i), Tag: fmt.Sprintf("%x", sha256.Sum256(v.data)),
				At: v.modifiedAt, Current: i == len(kept)-1, Deleted: v.deleted,
			})
		}
	}
	return all, nil
}

// Revive implements ports.BlobVersions.
func (b *Blobs) Revive(ctx context.Context, key, id string) error {
	if err := b.faults.outside(ctx, "Blobs.Revive"); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	i, err := strconv.Atoi(id)
	if kept := b.versions[key]; err != nil || i < 0 || i >= len(kept) || kept[i].deleted {
		return domain.NotFound("blob")
	}
	b.set(key, b.versions[key][i].object)
	return nil
}
