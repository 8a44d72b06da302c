package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// JobHandler does the jobs of one kind.
type JobHandler struct {
	// Work does one job. It may run more than once for the same job, so it must be
	// idempotent. An error means that it is tried again later.
	Work func(ctx context.Context, subject string) error
	// GiveUp is called after a job failed domain.MaxJobAttempts times. An error means that it
	// is called again later. It may be nil.
	GiveUp func(ctx context.Context, subject string) error
}

// JobRunner runs queued and periodic jobs.
type JobRunner interface {
	// Run works until ctx ends, then waits for the jobs in flight without cancelling them.
	// Failed jobs are tried again after domain.RetryDelay; a panic counts as a failure.
	// Periodic jobs run on one runner at a time. Errors returned: KindInvalid if a handler is
	// missing.
	Run(ctx context.Context, handlers map[domain.JobKind]JobHandler, periodic []domain.Periodic) error
}

// EventFeed is the stream of committed events, for live clients.
type EventFeed interface {
	// Newest returns the id of the newest event, empty if there is none yet.
	Newest(ctx context.Context) (domain.EventID, error)
	// Since returns at most limit events after the given id, oldest first; an empty id means
	// from the first event. Gone reports whether events may be missing, because the id is
	// unknown or older than what the feed keeps.
	Since(ctx context.Context, after domain.EventID, limit int) (events []domain.Event, gone bool, err error)
	// Wait blocks until there is an event after the given id. It returns ctx's error if ctx
	// ends first.
	Wait(ctx context.Context, after domain.EventID) error
}
