package ports

import (
	"context"
	"io"
	"time"

	"github.com/propflow/propflow/domain"
)

// None of these ports may be called inside a unit of work, because their effects cannot be
// rolled back.

// Blobs is the object store.
type Blobs interface {
	// PresignPut signs an upload, which the store accepts only if the file has exactly the
	// announced size, content type and SHA-256, and only once: if there is an object of the key,
	// it answers 412 and keeps that. Of uploads at the same time, one wins, and the others get 412
	// or 409.
	PresignPut(ctx context.Context, key string, file domain.Announcement, ttl time.Duration) (Upload, error)
	// PresignGet signs a download.
	PresignGet(ctx context.Context, key string, ttl time.Duration) (string, error)
	// Put stores an object, replacing any earlier one.
	Put(ctx context.Context, key, contentType string, data []byte) error
	// Create stores an object if its key is not taken. Errors: KindConflict "blob_exists".
	Create(ctx context.Context, key, contentType string, data []byte) error
	// List lists at most limit objects, 1 to 1,000, whose keys begin with prefix and sort
	// after the given one, ordered by the bytes of the keys.
	List(ctx context.Context, prefix, after string, limit int) ([]Blob, error)
	// Open returns an object's content; the caller must close it. Errors: KindNotFound
	// "blob_not_found", KindUnavailable.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Size returns an object's size in bytes. Errors: as Open.
	Size(ctx context.Context, key string) (int64, error)
	// DeletePrefix removes every object whose key begins with prefix. Having none to remove
	// is no error.
	DeletePrefix(ctx context.Context, prefix string) error
	// Purge is DeletePrefix for objects that must not come back: it also removes every version
	// that the store keeps of them, unless its identity may not do that. The store must then
	// remove old versions by a rule of its own.
	Purge(ctx context.Context, prefix string) error
}

// Blob is one object in a list.
type Blob struct {
	Key        string
	Bytes      int64
	ModifiedAt time.Time
}

// Upload is a signed permission to upload one file.
type Upload struct {
	Method    string
	URL       string
	Headers   map[string]string // the client must send exactly these
	ExpiresAt time.Time
}

// Messenger delivers messages to people.
type Messenger interface {
	// Send hands the message to the provider and returns the provider's id for it. A
	// message with a Key that was sent before may be dropped. Errors: KindUnavailable, from
	// Unserved if the Messenger does not serve the channel; KindInvalid if the provider
	// refuses the recipient's address permanently, or the recipient has none.
	Send(ctx context.Context, message domain.Message) (providerID string, err error)
}

// ReportRenderer lays out valuation reports.
type ReportRenderer interface {
	// Render returns the report as a PDF. The same document always gives the same bytes.
	Render(ctx context.Context, document domain.ReportDocument) ([]byte, error)
}
