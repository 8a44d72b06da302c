package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// Inventory reads what is stored in full, page by page, for those who check it. It changes
// nothing. Every method may return KindUnavailable.
type Inventory interface {
	// Properties lists at most limit properties behind the id, in order of their ids; all
	// ids are behind the empty one.
	Properties(ctx context.Context, after domain.PropertyID, limit int) ([]domain.Property, error)
	// Steps lists a property's milestones, oldest first.
	Steps(ctx context.Context, property domain.PropertyID) ([]domain.Step, error)
	// Job says what became of the jobs of a kind about a subject, as far as that is still
	// known: where several are, a living one counts before a dead one.
	Job(ctx context.Context, kind domain.JobKind, subject string) (JobState, error)
	// DeadJobs lists at most limit jobs that were given up and are not forgotten yet, newest
	// first.
	DeadJobs(ctx context.Context, limit int) ([]DeadJob, error)
	// MissingEvents counts the events that the feed has lost among those that it still keeps.
	MissingEvents(ctx context.Context) (int, error)
}

// JobState is what became of a job.
type JobState string

// The states of a job. JobUnknown is one that ended well, or never was.
const (
	JobUnknown JobState = ""
	JobLive    JobState = "LIVE" // it waits or runs
	JobDead    JobState = "DEAD" // it was given up
)

// DeadJob is a job that was given up.
type DeadJob struct {
	Kind    domain.JobKind
	Subject string
	At      time.Time
}

// AuditChains reads the audit log across properties and keeps the record of its anchors.
// Every method may return KindUnavailable.
type AuditChains interface {
	// Heads lists the recorded heads of at most limit chains whose property's id is behind
	// the given one, in order of these ids. Chains without a recorded head are among them,
	// with Seq 0.
	Heads(ctx context.Context, after domain.PropertyID, limit int) ([]domain.AuditHead, error)
	// Head returns the recorded head of one chain, with Seq 0 where there is none.
	Head(ctx context.Context, property domain.PropertyID) (domain.AuditHead, error)
	// Grown lists at most limit heads of the chains whose last entry is behind the mark, in
	// order of that entry's time and the property's id.
	Grown(ctx context.Context, after domain.AuditMark, limit int) ([]domain.AuditMark, error)
	// Stored returns which of these entries, of at most 1,000, are there, with the hashes that
	// they have, in any order.
	Stored(ctx context.Context, entries []domain.AuditHead) ([]domain.AuditHead, error)
	// Anchors lists at most limit anchors above the number, in order.
	Anchors(ctx context.Context, after int64, limit int) ([]domain.AuditAnchor, error)
	// NewestAnchor returns the last anchor, zero where there is none.
	NewestAnchor(ctx context.Context) (domain.AuditAnchor, error)
	// AddAnchor records an anchor for good. Errors: KindConflict "anchor_exists".
	AddAnchor(ctx context.Context, anchor domain.AuditAnchor) error
}
