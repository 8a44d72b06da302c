package ports

import (
	"context"
	"time"
)

// BlobVersions is the past of an object store that keeps what is overwritten or deleted. Like
// Blobs, it may not be called inside a unit of work.
type BlobVersions interface {
	// Versions lists what all objects whose keys begin with prefix are and were: by key, in the
	// order of the keys' bytes, newest first. Errors: KindUnavailable.
	Versions(ctx context.Context, prefix string) ([]BlobVersion, error)
	// Revive makes a version what the object is from now on. What it was until then stays a
	// version of it. Errors: KindNotFound "blob_not_found" where that version is not kept,
	// KindUnavailable.
	Revive(ctx context.Context, key, version string) error
}

// BlobVersion is what an object was from one moment until the next version's.
type BlobVersion struct {
	Key, ID string
	// Tag is the same for versions of the same content, as far as the store can tell.
	Tag string
	// At is when it began; some stores tell whole seconds.
	At time.Time
	// Current tells the one that holds now.
	Current bool
	// Deleted tells that there was no object.
	Deleted bool
}
