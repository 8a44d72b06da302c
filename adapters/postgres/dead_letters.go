package postgres

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/domain"
)

// DeadLetter is a job that was given up.
type DeadLetter struct {
	ID      int64
	Kind    domain.JobKind
	Subject string
	// Attempts counts the attempts of its Work, without those of GiveUp.
	Attempts int
	At       time.Time
	// Err is the error of the last attempt of Work.
	Err string
}

// deadLetter selects jobs that were given up. River counts the attempts of GiveUp too, and
// keeps every error with the number of its attempt.
const deadLetter = `
	SELECT id, kind, coalesce(args->>'subject', ''), least(attempt::integer, $1), finalized_at, coalesce((
		SELECT e->>'error' FROM unnest(errors) WITH ORDINALITY AS all_errors (e, n)
		WHERE (e->>'attempt')::integer <= $1 ORDER BY n DESC LIMIT 1), '')
	FROM river_job WHERE state IN ('cancelled', 'discarded')`

func toDeadLetter(row pgx.CollectableRow) (DeadLetter, error) {
	dead, err := pgx.RowToStructByPos[DeadLetter](row)
	dead.Err = strings.TrimPrefix(dead.Err, "JobCancelError: ") // added if there is no GiveUp
	return dead, err
}

// DeadLetters lists at most limit jobs that were given up, newest first. River deletes them
// after 30 days. Errors: KindUnavailable.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	rows, err := s.pool.Query(ctx, deadLetter+" ORDER BY finalized_at DESC, id DESC LIMIT $2", domain.MaxJobAttempts, limit)
	if err != nil {
		return nil, translate(err)
	}
	dead, err := pgx.CollectRows(rows, toDeadLetter)
	return dead, translate(err)
}

// RetryDeadLetter queues a job that was given up, as if it had never been tried, and returns
// its dead letter. If its subject was settled when the job was given up, for example a photo
// or a message that became FAILED, Work leaves it so. Errors: KindNotFound
// "dead_letter_not_found", also if the job was queued again before; KindConflict "job_waits"
// if a job of the same kind and key waits or runs already; KindUnavailable.
func (s *Store) RetryDeadLetter(ctx context.Context, id int64) (dead DeadLetter, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, deadLetter+" AND id = $2 FOR UPDATE", domain.MaxJobAttempts, id)
		if err != nil {
			return err
		}
		dead, err = pgx.CollectExactlyOneRow(rows, toDeadLetter)
		if errors.Is(err, pgx.ErrNoRows) {
			return domain.NotFound("dead_letter")
		}
		if err != nil {
			return err
		}
		if _, err := s.jobs.JobRetryTx(ctx, tx, id); err != nil {
			return err
		}
		// River continues to count attempts, and those beyond domain.MaxJobAttempts call GiveUp.
		_, err = tx.Exec(ctx, "UPDATE river_job SET attempt = 0, max_attempts = $2 WHERE id = $1", id, maxAttempts)
		return err
	})
	if err != nil {
		return DeadLetter{}, translate(err)
	}
	return dead, nil
}
