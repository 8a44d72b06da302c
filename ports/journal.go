package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// AuditLog is the append-only chain of each property's history.
type AuditLog interface {
	// Append seals the entry, chained to the property's newest one, and stores it. Concurrent
	// writers never produce two entries with one number.
	Append(ctx context.Context, entry domain.AuditEntry) (domain.AuditEntry, error)
	// Chain lists a property's entries, oldest first.
	Chain(ctx context.Context, property domain.PropertyID) ([]domain.AuditEntry, error)
	// Acted returns those of the properties whose chains have an entry of one of the actions by the
	// actor, each once, in no order.
	Acted(ctx context.Context, actor domain.UserID, actions []domain.Action, among []domain.PropertyID) ([]domain.PropertyID, error)
}

// Jobs queues background work. A job runs only if the transaction commits.
type Jobs interface {
	// Enqueue adds a job. It is dropped silently if one of the same kind and key waits, also
	// for its next attempt, or runs. A job without a key is always added.
	Enqueue(ctx context.Context, job domain.Job) error
}

// Events records what happened. An event reaches the feed only if the transaction commits.
type Events interface {
	// Append adds an event. The feed assigns its id.
	Append(ctx context.Context, event domain.Event) error
}

// Idempotency remembers the results of requests, for domain.IdempotencyTTL.
type Idempotency interface {
	// Find returns the record of the key's user, operation and key, if one is remembered.
	// Errors: KindConflict "request_in_progress" if there is none yet and another transaction
	// is working on a request with the key.
	Find(ctx context.Context, key domain.IdempotencyKey, now time.Time) (domain.IdempotencyRecord, bool, error)
	// Save remembers a result. Errors: KindConflict "request_in_progress" if another
	// transaction saved the key first.
	Save(ctx context.Context, record domain.IdempotencyRecord) error
}
