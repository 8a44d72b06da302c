package domain

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// SecurityBatch is one link of the chain over the security log: the hash over rows that were not in
// a batch before, and over the batch before it. Rows are sealed after their commit, in batches,
// because a chain of single rows would make every login wait for the one before.
type SecurityBatch struct {
	Seq int64 // 1 for the first, without gaps
	At  time.Time
	// Through is the time up to which all rows are in this batch or an earlier one, except those
	// whose transactions took longer.
	Through  time.Time
	Rows     int
	Previous string // hex SHA-256 of the batch before, empty for the first
	Hash     string // hex SHA-256 over Previous, the other fields and every row
}

const (
	// SecurityBatchRows is the maximum number of rows of a batch.
	SecurityBatchRows = 1000
	// SecuritySealGrace is how far sealing looks back before the end of the last batch, because a
	// row is dated when its request begins but becomes visible only when it commits. A row that
	// appears later was not written by PropFlow.
	SecuritySealGrace = time.Hour
)

// SealSecurity returns the batch of the events after previous, which is zero for the first.
func SealSecurity(previous SecurityBatch, events []SecurityEvent, at, through time.Time) SecurityBatch {
	b := SecurityBatch{
		Seq: previous.Seq + 1, At: at.UTC().Truncate(time.Microsecond), Through: through.UTC().Truncate(time.Microsecond),
		Rows: len(events), Previous: previous.Hash,
	}
	b.Hash = b.digest(events)
	return b
}

// Seals reports whether the batch was sealed with exactly these events.
func (b SecurityBatch) Seals(events []SecurityEvent) bool { return b.Hash == b.digest(events) }

// digest returns the hash over the batch and the events, in the order of their times and ids.
func (b SecurityBatch) digest(events []SecurityEvent) string {
	events = slices.Clone(events)
	slices.SortFunc(events, func(x, y SecurityEvent) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
	fields := []string{
		b.Previous, strconv.FormatInt(b.Seq, 10), strconv.FormatInt(b.At.UnixMicro(), 10), strconv.FormatInt(b.Through.UnixMicro(), 10),
		strconv.Itoa(b.Rows), strconv.Itoa(len(events)),
	}
	for _, e := range events {
		fields = append(fields, digest(
			string(e.ID), strconv.FormatInt(e.At.UnixMicro(), 10), string(e.Code), string(e.ActorID), string(e.ActorRole), string(e.TargetID),
			string(e.PropertyID), string(e.PhotoID), e.Client, e.Detail, strconv.Itoa(e.Count)))
	}
	return digest(fields...)
}

// SecurityPurge is the end of the part of the chain that was purged: the batch that the first one
// left continues. It is zero if nothing was purged.
type SecurityPurge struct {
	Through int64 // number of the last batch that is gone
	Hash    string
	At      time.Time
}
