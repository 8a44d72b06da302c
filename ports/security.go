package ports

import (
	"context"

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
