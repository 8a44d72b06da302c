package postgres

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/propflow/propflow/domain"
)

// The queues, so that slow work of one kind does not hold up another.
const (
	queuePhotos        = "photos"
	queueNotifications = "notifications"
	queueReports       = "reports"
	queueClaims        = "claims"
	queueMaintenance   = "maintenance"
)

// queueOf returns the queue of a kind of job. Periodic jobs are maintenance.
func queueOf(kind domain.JobKind) string {
	switch kind {
	case domain.JobInspectPhoto, domain.JobDeletePhotoFiles:
		return queuePhotos
	case domain.JobSendNotification, domain.JobDeliverDigest, domain.JobSendNotice:
		return queueNotifications
	case domain.JobRenderReport:
		return queueReports
	case domain.JobReleaseStaffClaims: // at once: the owner's clock runs
		return queueClaims
	default:
		return queueMaintenance
	}
}

// withSubject lists the kinds of jobs that are not maintenance.
var withSubject = []domain.JobKind{
	domain.JobInspectPhoto, domain.JobDeletePhotoFiles, domain.JobSendNotification, domain.JobDeliverDigest,
	domain.JobRenderReport, domain.JobReleaseStaffClaims, domain.JobSendNotice,
}

// maxAttempts allows as many attempts of GiveUp as of Work: attempts beyond
// domain.MaxJobAttempts call it. So it is called even if the process dies in between.
const maxAttempts = 2 * domain.MaxJobAttempts

// jobArgs is a domain.Job as River keeps it.
type jobArgs struct {
	kind    domain.JobKind
	Subject string `json:"subject"`
	JobKey  string `json:"key" river:"unique"`
}

// Kind implements river.JobArgs.
func (a jobArgs) Kind() string { return string(a.kind) }

// living are the states of a job that waits or runs.
func living() []rivertype.JobState {
	return []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}
}

type jobs struct {
	client *river.Client[pgx.Tx]
	tx     pgx.Tx
	carry  func(ctx context.Context) map[string]string // may be nil
}

func (s jobs) Enqueue(ctx context.Context, job domain.Job) error {
	options := &river.InsertOpts{MaxAttempts: maxAttempts, Queue: queueOf(job.Kind)}
	if job.RunAt.After(time.Now()) {
		options.ScheduledAt = job.RunAt
	}
	if job.Key != "" {
		options.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: living()}
	}
	if s.carry != nil {
		if carried := s.carry(ctx); len(carried) > 0 {
			options.Metadata, _ = json.Marshal(map[string]any{"carried": carried}) // strings always encode
		}
	}
	_, err := s.client.InsertTx(ctx, s.tx, jobArgs{job.Kind, job.Subject, job.Key}, options)
	return translate(err)
}
