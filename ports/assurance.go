package ports

import (
	"context"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// Inventory reads everything that is stored, page by page, for the checks of invariants. It
// never writes. Every method may return KindUnavailable.
type Inventory interface {
	// Properties lists the ids of at most limit properties with ids greater than after, in
	// order. An empty after lists from the first.
	Properties(ctx context.Context, after domain.PropertyID, limit int) ([]domain.PropertyID, error)
	// Registered lists at most limit users with ids greater than after, in order of their ids,
	// who must have a register: those who are not domain.User.Ordinary, and those with a
	// consent. An empty after lists from the first.
	Registered(ctx context.Context, after domain.UserID, limit int) ([]domain.UserID, error)
	// Repeated names the columns of a property and its valuations that a store keeps in addition,
	// because they follow from the others, for its lists, and that are not what follows: also those
	// that mean nothing without another one, and names that are not kept but taken from the users
	// of now. Errors: KindNotFound "property_not_found".
	Repeated(ctx context.Context, property domain.PropertyID) ([]domain.RecordFault, error)
	// Steps lists a property's milestones, oldest first.
	Steps(ctx context.Context, property domain.PropertyID) ([]domain.Step, error)
	// Job returns the state of the jobs of a kind about a subject, as far as it is still
	// known. If there are several, a live one counts before a dead one.
	Job(ctx context.Context, kind domain.JobKind, subject string) (JobState, error)
	// DeadJobs lists at most limit jobs that were given up and have not been removed since,
	// newest first.
	DeadJobs(ctx context.Context, limit int) ([]DeadJob, error)
	// MissingEvents counts the gaps in the feed: events that it should still keep but has lost.
	MissingEvents(ctx context.Context) (int, error)
}

// Unreadable is the error of a stored value that is none of those which this release, or any before,
// can have written.
type Unreadable struct {
	// Record is what it is of, such as "photo:<id>", empty if that is not known.
	Record string
	Column string
	Err    error
}

func (u *Unreadable) Error() string {
	return strings.TrimSpace("cannot read "+u.Column+" of "+u.Record) + ": " + u.Err.Error()
}

// Unwrap returns why it cannot be read.
func (u *Unreadable) Unwrap() error { return u.Err }

// JobState is what became of a job.
type JobState string

// The states of a job. JobUnknown means that it succeeded, or never existed.
const (
	JobUnknown JobState = ""
	JobLive    JobState = "LIVE" // waiting or running
	JobDead    JobState = "DEAD" // given up
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
	// Heads lists the recorded heads of at most limit chains of properties with ids greater
	// than after, in order of these ids. It includes chains without a recorded head, with
	// Seq 0.
	Heads(ctx context.Context, after domain.PropertyID, limit int) ([]domain.AuditHead, error)
	// Head returns the recorded head of one chain, with Seq 0 if there is none.
	Head(ctx context.Context, property domain.PropertyID) (domain.AuditHead, error)
	// Grown lists at most limit heads of the chains whose last entry comes after the mark,
	// ordered by that entry's time and then by the property's id.
	Grown(ctx context.Context, after domain.AuditMark, limit int) ([]domain.AuditMark, error)
	// Stored returns those of the entries, at most 1,000, that exist, each with its stored
	// hash, in any order.
	Stored(ctx context.Context, entries []domain.AuditHead) ([]domain.AuditHead, error)
	// Anchors lists at most limit anchors above the number, in order.
	Anchors(ctx context.Context, after int64, limit int) ([]domain.AuditAnchor, error)
	// NewestAnchor returns the last anchor, or the zero value if there is none.
	NewestAnchor(ctx context.Context) (domain.AuditAnchor, error)
	// AddAnchor records an anchor, which is never changed or removed. Errors: KindConflict
	// "anchor_exists".
	AddAnchor(ctx context.Context, anchor domain.AuditAnchor) error
}
