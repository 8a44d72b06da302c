package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// JobHandler does the jobs of one kind.
type JobHandler struct {
	// Work does one job. It may run more than once for the same job, so doing it again must
	// change nothing. An error means: try again later.
	Work func(ctx context.Context, subject string) error
	// GiveUp is told that a job failed domain.MaxJobAttempts times. It may be nil.
	GiveUp func(ctx context.Context, subject string) error
}

// JobRunner runs queued and periodic jobs.
type JobRunner interface {
	// Run works until ctx ends, then waits for the jobs in flight. Failed jobs are tried
	// again after domain.RetryDelay, a panic counts as a failure. Periodic jobs run on one
	// runner at a time. Errors returned: KindInvalid for a handler that is missing.
	Run(ctx context.Context, handlers map[domain.JobKind]JobHandler, periodic []domain.Periodic) error
}

// EventFeed is the stream of committed events, for live clients.
type EventFeed interface {
	// Newest returns the id of the newest event, empty where there is none yet.
	Newest(ctx context.Context) (domain.EventID, error)
	// Since returns at most limit events after the given id, oldest first. Gone is true
	// where the id is unknown or too old, so that events may be missing.
	Since(ctx context.Context, after domain.EventID, limit int) (events []domain.Event, gone bool, err error)
	// Wait returns nil once there is an event after the given id, or ctx's error.
	Wait(ctx context.Context, after domain.EventID) error
}
