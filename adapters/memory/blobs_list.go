package memory

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Create implements ports.Blobs.
func (b *Blobs) Create(ctx context.Context, key, contentType string, data []byte) error {
	if err := b.faults.outside(ctx, "Blobs.Create"); err != nil {
		return err
	}
	if !b.add(key, object{contentType: contentType, data: slices.Clone(data)}) {
		return domain.Conflict("blob_exists", "there is an object of this key")
	}
	return nil
}

// List implements ports.Blobs.
func (b *Blobs) List(ctx context.Context, prefix, after string, limit int) ([]ports.Blob, error) {
	if err := b.faults.outside(ctx, "Blobs.List"); err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	var list []ports.Blob
	for _, key := range slices.Sorted(maps.Keys(b.objects)) {
		if len(list) == limit {
			break
		}
		if strings.HasPrefix(key, prefix) && key > after {
			o := b.objects[key]
			list = append(list, ports.Blob{Key: key, Bytes: int64(len(o.data)), ModifiedAt: o.modifiedAt})
		}
	}
	return list, nil
}
