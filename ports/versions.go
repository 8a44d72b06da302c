package ports

import (
	"context"
	"time"
)

// BlobVersions gives access to the past of an object store that keeps what is overwritten or
// deleted. Like Blobs, it must not be called inside a unit of work.
type BlobVersions interface {
	// Versions lists all versions of the objects whose keys begin with prefix, ordered by the
	// bytes of the keys and then newest first. Errors: KindUnavailable.
	Versions(ctx context.Context, prefix string) ([]BlobVersion, error)
	// Revive makes a copy of a version the object's current version. The version that was
	// current until then is kept. Errors: KindNotFound "blob_not_found" if the version is not
	// kept or is a deletion, KindUnavailable.
	Revive(ctx context.Context, key, version string) error
}

// BlobVersion is the state of an object from At until the next version's At.
type BlobVersion struct {
	Key, ID string
	// Tag is equal for versions with the same content, as far as the store can detect that.
	Tag string
	// At is when the version began. Some stores truncate it to whole seconds.
	At time.Time
	// Current reports whether this is the newest version.
	Current bool
	// Deleted reports whether this version is a deletion, so that there was no object.
	Deleted bool
}
