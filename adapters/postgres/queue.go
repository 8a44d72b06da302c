package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// unbounded is the bound of the time left to a case at a level without one.
const unbounded = 100 * 365 * 24 * time.Hour

// leftAt is how much time is left at each level, least included and most not
// (domain.SLALevels; the queue's suite compares it with domain.SLAClock.Level).
var leftAt = map[domain.SLALevel]struct{ least, most time.Duration }{
	"":                 {-unbounded, unbounded},
	domain.SLABreached: {-unbounded, 0},
	domain.SLAUrgent:   {0, time.Hour},
	domain.SLASoon:     {time.Hour, 3 * time.Hour},
	domain.SLANormal:   {3 * time.Hour, unbounded},
}

// Queue lists the review queue. The due time of a paused case moves as time passes, so every
// page computes it as of the time of the first page, which the cursor carries.
func (s properties) Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error) {
	states := slices.Clone(filter.States)
	if len(states) == 0 {
		states = []domain.State{domain.Submitted}
	}
	slices.Sort(states)
	params := sqlcgen.QueueByDueParams{
		States: texts[string](slices.Compact(states)), Pincode: filter.Pincode, Claimant: optionalID(filter.Claimant), Now: filter.Now,
	}
	if len(filter.Types) > 0 {
		params.Types = texts[string](filter.Types)
	}
	left, ok := leftAt[filter.Level]
	if !ok {
		return domain.List[domain.Property]{}, nil // no case is at an unknown level
	}
	params.AnyLevel = filter.Level == "" // the planner cannot estimate the test of the time left
	params.LeastLeft, params.MostLeft = left.least, left.most-time.Microsecond
	due := span{time.Time{}, endOfTime}
	if !params.AnyLevel {
		due = span{params.Now.Add(params.LeastLeft), params.Now.Add(params.MostLeft)}
	}
	switch filter.Sort {
	case domain.SortSubmitted:
		return s.bySubmission(ctx, params, due, page)
	case domain.SortNewest:
		return s.byNewest(ctx, params, due, page)
	case domain.SortDue:
	}
	return s.byDue(ctx, params, due, page)
}

// span is the range of due times of a level while the clock runs, both ends included.
type span struct{ from, until time.Time }

// submissions returns when cases with these due times were submitted if never paused.
func (s span) submissions(anyLevel bool) span {
	if anyLevel {
		return s
	}
	return span{s.from.Add(-domain.SLATarget), s.until.Add(-domain.SLATarget)}
}

// up returns where a walk of the index in ascending order begins: at p, but not before s.
func (s span) up(p place) (time.Time, string) {
	if s.from.After(p.at) {
		return s.from, firstID
	}
	return p.at, p.id
}

// down is up for descending order.
func (s span) down(p place) (time.Time, string) {
	if s.until.Before(p.at) {
		return s.until, lastID
	}
	return p.at, p.id
}

func (s properties) byDue(ctx context.Context, params sqlcgen.QueueByDueParams, due span, page domain.Page) (domain.List[domain.Property], error) {
	at, err := ascending(page)
	if err != nil {
		return domain.List[domain.Property]{}, err
	}
	dated, err := time.Parse(time.RFC3339Nano, at.note)
	if err != nil { // the first page, or a cursor of another order
		dated = params.Now.UTC().Truncate(time.Microsecond)
		at.note = dated.Format(time.RFC3339Nano)
	}
	params.Dated, params.AfterAt, params.AfterID, params.PageLimit = dated, at.at, at.id, at.more()
	params.ClockedAt, params.ClockedID = due.up(at)
	params.ClockedUntil = due.until
	rows, err := s.q.QueueByDue(ctx, params)
	if err != nil {
		return domain.List[domain.Property]{}, translate(err)
	}
	found, err := mappedErr(rows, func(r sqlcgen.QueueByDueRow) (domain.Property, error) { return propertyOf(r.Property) })
	return list(at, found, func(p domain.Property) (time.Time, string) { return p.SLA.DueAt(dated), string(p.ID) }), err
}

func submission(p domain.Property) (time.Time, string) { return p.SubmittedAt, string(p.ID) }

func (s properties) bySubmission(ctx context.Context, params sqlcgen.QueueByDueParams, due span, page domain.Page) (domain.List[domain.Property], error) {
	at, err := ascending(page)
	if err != nil {
		return domain.List[domain.Property]{}, err
	}
	submitted := due.submissions(params.AnyLevel)
	clockedAt, clockedID := submitted.up(at)
	rows, err := s.q.QueueBySubmission(ctx, sqlcgen.QueueBySubmissionParams{
		States: params.States, Types: params.Types, Pincode: params.Pincode, Claimant: params.Claimant, Now: params.Now,
		AnyLevel: params.AnyLevel, LeastLeft: params.LeastLeft, MostLeft: params.MostLeft,
		AfterAt: at.at, AfterID: at.id, ClockedAt: clockedAt, ClockedID: clockedID, ClockedUntil: submitted.until,
		DueFrom: due.from, DueUntil: due.until, PageLimit: at.more(),
	})
	if err != nil {
		return domain.List[domain.Property]{}, translate(err)
	}
	found, err := mappedErr(rows, func(r sqlcgen.QueueBySubmissionRow) (domain.Property, error) { return propertyOf(r.Property) })
	return list(at, found, submission), err
}

func (s properties) byNewest(ctx context.Context, params sqlcgen.QueueByDueParams, due span, page domain.Page) (domain.List[domain.Property], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.Property]{}, err
	}
	submitted := due.submissions(params.AnyLevel)
	clockedAt, clockedID := submitted.down(at)
	rows, err := s.q.QueueByNewest(ctx, sqlcgen.QueueByNewestParams{
		States: params.States, Types: params.Types, Pincode: params.Pincode, Claimant: params.Claimant, Now: params.Now,
		AnyLevel: params.AnyLevel, LeastLeft: params.LeastLeft, MostLeft: params.MostLeft,
		AfterAt: at.at, AfterID: at.id, ClockedAt: clockedAt, ClockedID: clockedID, ClockedFrom: submitted.from,
		DueFrom: due.from, DueUntil: due.until, PageLimit: at.more(),
	})
	if err != nil {
		return domain.List[domain.Property]{}, translate(err)
	}
	found, err := mappedErr(rows, func(r sqlcgen.QueueByNewestRow) (domain.Property, error) { return propertyOf(r.Property) })
	return list(at, found, submission), err
}

// LockNext first looks for a case that is reserved for the valuer. Both queries skip rows that
// another transaction has locked.
func (s properties) LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error) {
	row, err := s.q.LockReserved(ctx, sqlcgen.LockReservedParams{Valuer: string(valuer), Now: now})
	if errors.Is(err, pgx.ErrNoRows) {
		row, err = s.q.LockNext(ctx, sqlcgen.LockNextParams{Valuer: string(valuer), Now: now})
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return domain.Property{}, domain.QueueEmpty()
	}
	return found(row, err, "property", propertyOf)
}

// HeldBy sorts what the valuer has: the planner must not walk all properties by id instead.
func (s properties) HeldBy(
	ctx context.Context, valuer domain.UserID, now time.Time, after domain.PropertyID, limit int,
) ([]domain.PropertyID, error) {
	ids, err := s.q.HeldBy(ctx, sqlcgen.HeldByParams{
		Valuer: string(valuer), Now: now, AfterID: behind(after), PageLimit: max(0, limit),
	})
	return texts[domain.PropertyID](ids), translate(err)
}

// Due lists the properties of a sweep. Each has a partial index of little else, except what staff
// have who can no longer review.
func (s properties) Due(ctx context.Context, sweep ports.Sweep, now time.Time, limit int) ([]domain.PropertyID, error) {
	var due []string
	var err error
	limit = max(0, limit)
	switch sweep {
	case ports.SweepIdleClaims:
		due, err = s.q.DueIdleClaims(ctx, sqlcgen.DueIdleClaimsParams{
			Before: now.Add(-domain.ClaimIdle), Now: now, Reservation: domain.ReservationTTL, PageLimit: limit,
		})
	case ports.SweepFollowUpExpiry:
		due, err = s.q.DueFollowUpExpiry(ctx, sqlcgen.DueFollowUpExpiryParams{Now: now, PageLimit: limit})
	case ports.SweepFollowUpRemind:
		due, err = s.q.DueFollowUpRemind(ctx, sqlcgen.DueFollowUpRemindParams{Before: now.Add(-domain.FollowUpReminder), PageLimit: limit})
	case ports.SweepSLA:
		due, err = s.q.DueSLA(ctx, sqlcgen.DueSLAParams{Now: now, PageLimit: limit})
	case ports.SweepAbandonedDrafts:
		due, err = s.q.DueAbandonedDrafts(ctx, sqlcgen.DueAbandonedDraftsParams{Before: now.Add(-domain.DraftKept), PageLimit: limit})
	case ports.SweepRetention:
		due, err = s.q.DueRetention(ctx, sqlcgen.DueRetentionParams{
			Decided: now.AddDate(-domain.RetentionDecided, 0, 0), Withdrawn: now.AddDate(-domain.RetentionWithdrawn, 0, 0), PageLimit: limit,
		})
	}
	return texts[domain.PropertyID](due), translate(err)
}
