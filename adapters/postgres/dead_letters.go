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
	// Attempts counts how often its work was tried, those to give it up not included.
	Attempts int
	At       time.Time
	// Err is the error of the last of them.
	Err string
}

// deadLetter reads one. River counts attempts to give up too, and keeps every error with the
// number of its attempt.
const deadLetter = `
	SELECT id, kind, coalesce(args->>'subject', ''), least(attempt::integer, $1), finalized_at, coalesce((
		SELECT e->>'error' FROM unnest(errors) WITH ORDINALITY AS all_errors (e, n)
		WHERE (e->>'attempt')::integer <= $1 ORDER BY n DESC LIMIT 1), '')
	FROM river_job WHERE state IN ('cancelled', 'discarded')`

func toDeadLetter(row pgx.CollectableRow) (DeadLetter, error) {
	dead, err := pgx.RowToStructByPos[DeadLetter](row)
	dead.Err = strings.TrimPrefix(dead.Err, "JobCancelError: ") // how a job without GiveUp ends
	return dead, err
}

// DeadLetters lists at most limit jobs that were given up, newest first. River forgets them
// after 30 days. Error: KindUnavailable.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]DeadLetter, error) {
	rows, err := s.pool.Query(ctx, deadLetter+" ORDER BY finalized_at DESC, id DESC LIMIT $2", domain.MaxJobAttempts, limit)
	if err != nil {
		return nil, translate(err)
	}
	dead, err := pgx.CollectRows(rows, toDeadLetter)
	return dead, translate(err)
}

// RetryDeadLetter puts a job back that was given up, as if it had never been tried, and
// returns what it was. Work that finds its subject settled when the job was given up, as a
// photo that FAILED or a message that did, leaves it so. Errors: KindNotFound
// "dead_letter_not_found", also where the job was put back before; KindConflict "job_waits"
// where its like waits or runs already; KindUnavailable.
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
		// River goes on counting, and beyond the attempts at work come those to give up.
		_, err = tx.Exec(ctx, "UPDATE river_job SET attempt = 0, max_attempts = $2 WHERE id = $1", id, maxAttempts)
		return err
	})
	if err != nil {
		return DeadLetter{}, translate(err)
	}
	return dead, nil
}
