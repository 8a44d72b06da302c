package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

// schedule enqueues periodic jobs. Their due times are in the database and not in a leader's
// memory, so that a restart of all runners neither delays nor repeats a daily job. Every
// runner looks for due jobs, and the first to find one enqueues it.
type schedule struct {
	store    *Store
	periodic []domain.Periodic
}

// prepare stores the periods of the jobs. A new job is first due after one period.
func (s schedule) prepare(ctx context.Context) error {
	q := sqlcgen.New(s.store.pool)
	for _, p := range s.periodic {
		if err := q.SchedulePeriodic(ctx, sqlcgen.SchedulePeriodicParams{Kind: string(p.Kind), Period: p.Every}); err != nil {
			return translate(err)
		}
	}
	return nil
}

// run enqueues the due jobs until ctx ends.
func (s schedule) run(ctx context.Context) {
	kinds := make([]string, len(s.periodic))
	for i, p := range s.periodic {
		kinds[i] = string(p.Kind)
	}
	ticker := time.NewTicker(s.store.options.Jobs.Poll)
	defer ticker.Stop()
	for ctx.Err() == nil {
		for len(kinds) > 0 && ctx.Err() == nil {
			taken, err := s.takeOne(ctx, kinds)
			if err != nil && ctx.Err() == nil {
				s.store.options.Logger.WarnContext(ctx, "periodic jobs not enqueued", "error", err)
			}
			if !taken {
				break
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// takeOne enqueues one due job and sets its next time, both or neither.
func (s schedule) takeOne(ctx context.Context, kinds []string) (taken bool, err error) {
	err = pgx.BeginFunc(ctx, s.store.pool, func(tx pgx.Tx) error {
		kind, err := sqlcgen.New(tx).TakePeriodic(ctx, kinds)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		taken = true
		return jobs{client: s.store.jobs, tx: tx}.Enqueue(ctx, domain.Job{Kind: domain.JobKind(kind), Key: "periodic"})
	})
	return taken && err == nil, translate(err)
}
