package ports

import (
	"context"
	"io"
	"time"

	"github.com/propflow/propflow/domain"
)

// None of these may be called inside a unit of work: what they do cannot be rolled back.

// Blobs is the object store.
type Blobs interface {
	// PresignPut signs an upload that the store accepts only with exactly the announced
	// size, content type and SHA-256.
	PresignPut(ctx context.Context, key string, file domain.Announcement, ttl time.Duration) (Upload, error)
	// PresignGet signs a download.
	PresignGet(ctx context.Context, key string, ttl time.Duration) (string, error)
	// Put stores an object, replacing what was there.
	Put(ctx context.Context, key, contentType string, data []byte) error
	// Create stores an object under a key that is free. Errors: KindConflict "blob_exists".
	Create(ctx context.Context, key, contentType string, data []byte) error
	// List lists at most limit objects, 1 to 1,000, whose keys begin with prefix and are
	// behind the given one, in the order of the keys' bytes.
	List(ctx context.Context, prefix, after string, limit int) ([]Blob, error)
	// Open reads an object; the caller closes it. Errors: KindNotFound "blob_not_found",
	// KindUnavailable.
	Open(ctx context.Context, key string) (io.ReadCloser, error)
	// Size returns an object's size in bytes. Errors: as Open.
	Size(ctx context.Context, key string) (int64, error)
	// DeletePrefix removes every object whose key begins with prefix, if there is any.
	DeletePrefix(ctx context.Context, prefix string) error
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
	Headers   map[string]string // to be sent exactly so
	ExpiresAt time.Time
}

// Messenger delivers messages to people.
type Messenger interface {
	// Send hands the message to the provider and returns the provider's id for it. A
	// message with a Key that was sent before may be dropped. Errors: KindUnavailable, which
	// Unserved is for a channel that the Messenger does not serve; KindInvalid if the
	// provider refuses the recipient's address for good, or there is none.
	Send(ctx context.Context, message domain.Message) (providerID string, err error)
}

// ReportRenderer lays out valuation reports.
type ReportRenderer interface {
	// Render returns the report as a PDF. The same document gives the same bytes.
	Render(ctx context.Context, document domain.ReportDocument) ([]byte, error)
}
