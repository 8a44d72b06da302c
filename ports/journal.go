package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// AuditLog is the append-only chain of each property's history.
type AuditLog interface {
	// Append seals the entry behind the property's newest one and stores it. Racing writers
	// never make two entries with one number.
	Append(ctx context.Context, entry domain.AuditEntry) (domain.AuditEntry, error)
	// Chain lists a property's entries, oldest first.
	Chain(ctx context.Context, property domain.PropertyID) ([]domain.AuditEntry, error)
}

// Jobs takes on background work. A job runs only if the transaction commits.
type Jobs interface {
	// Enqueue adds a job; one whose kind and key already wait or run is dropped silently.
	Enqueue(ctx context.Context, job domain.Job) error
}

// Events takes on what happened. An event reaches the feed only if the transaction commits.
type Events interface {
	// Append adds an event; the feed gives it its id.
	Append(ctx context.Context, event domain.Event) error
}

// Idempotency remembers the results of requests, for domain.IdempotencyTTL.
type Idempotency interface {
	// Find returns the record of the key's user, operation and key, if one is remembered.
	// Errors: KindConflict "request_in_progress" where another transaction holds the key.
	Find(ctx context.Context, key domain.IdempotencyKey, now time.Time) (domain.IdempotencyRecord, bool, error)
	// Save remembers a result. Errors: KindConflict "request_in_progress" where another
	// transaction saved the key first.
	Save(ctx context.Context, record domain.IdempotencyRecord) error
}
