package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// SecurityLog is the append-only log of who did, or was refused, what. Every method may return
// KindUnavailable.
type SecurityLog interface {
	// Append adds an event, as domain.SecurityEvent.Stored returns it. It makes an ID if the event
	// has none, and fills an empty At with the time of the store and an empty Client with ClientOf.
	// An event whose ID is in the log already is not added again. Writers never wait for each other.
	Append(ctx context.Context, event domain.SecurityEvent) error
	// List lists the events that the filter includes, newest first. Errors: KindInvalid with a
	// violation of the field "cursor" if that is malformed.
	List(ctx context.Context, filter domain.SecurityFilter, page domain.Page) (domain.List[domain.SecurityEvent], error)
}

// SecurityRecorder records failures and denials, which have no transaction that could be committed.
type SecurityRecorder interface {
	// Record adds the event to the log, soon: it never waits for the store and never fails its
	// caller. It fills an empty At with the time and an empty Client with ClientOf. Events of one
	// client beyond domain.SecurityPerClient a minute are counted in one row for each code.
	Record(ctx context.Context, event domain.SecurityEvent)
}

// SecurityChain seals the security log and reads it for verification. Every method may return
// KindUnavailable.
type SecurityChain interface {
	// Newest returns the last batch. If all were purged, it has the number and the hash of the last
	// one and nothing else; it is zero if there never was one.
	Newest(ctx context.Context) (domain.SecurityBatch, error)
	// Unsealed lists at most limit events from since on and before another time that are in no
	// batch, oldest first.
	Unsealed(ctx context.Context, since, before time.Time, limit int) ([]domain.SecurityEvent, error)
	// Add stores a batch of these events. Errors: KindConflict "batch_exists" if there is one with
	// its number, or if an event is in another.
	Add(ctx context.Context, batch domain.SecurityBatch, events []domain.SecurityEvent) error
	// Batches lists at most limit batches with numbers above after, in order.
	Batches(ctx context.Context, after int64, limit int) ([]domain.SecurityBatch, error)
	// Sealed returns the events of the batches with these numbers, from first to last, by batch.
	Sealed(ctx context.Context, first, last int64) (map[int64][]domain.SecurityEvent, error)
	// Purged returns the end of what was purged.
	Purged(ctx context.Context) (domain.SecurityPurge, error)
	// Purge removes at most limit batches of the oldest month with their events, and returns how many
	// events. It removes nothing of a month that ended less than domain.SecurityRetention before
	// now, or before the time of the store.
	Purge(ctx context.Context, now time.Time, limit int) (int, error)
}
