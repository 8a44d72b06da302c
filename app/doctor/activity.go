package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres"
)

// stuck is the multiple of its limit from which a lock or an idle transaction is critical.
const stuck = 30

type blocker struct {
	postgres.Session
	Waiting int
	Longest float64 // seconds
}

// locks lists the sessions that block others.
func (d Doctor) locks(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	blockers, err := rows[blocker](ctx, pool, `
		WITH waits AS (
			SELECT l.pid, extract(epoch FROM clock_timestamp() - min(l.waitstart))::float8 AS seconds
			FROM pg_locks l JOIN pg_stat_activity a USING (pid)
			WHERE NOT l.granted AND a.datname = current_database() GROUP BY l.pid)
		SELECT b.pid, coalesce(b.usename, ''), left(b.application_name, 40), b.state, b.query, count(*)::int, max(w.seconds)
		FROM waits w CROSS JOIN unnest(pg_blocking_pids(w.pid)) AS p JOIN pg_stat_activity b ON b.pid = p
		WHERE w.seconds >= $1
		GROUP BY 1, 2, 3, 4, 5 ORDER BY max(w.seconds) DESC LIMIT 5`, d.Limits.LockWait.Seconds())
	if err != nil {
		return nil, err
	}
	found := make([]Finding, 0, len(blockers))
	for _, b := range blockers {
		waits := time.Duration(b.Longest * float64(time.Second))
		found = append(found, databaseArea.find(max(Warning, grade(waits, d.Limits.LockWait, stuck*d.Limits.LockWait)),
			fmt.Sprintf("SELECT pg_cancel_backend(%[1]d), and where it stays: SELECT pg_terminate_backend(%[1]d)", b.PID),
			"%v blocks %d, the longest for %s", b, b.Waiting, waits.Round(time.Second)))
	}
	if len(found) == 0 {
		found = append(found, databaseArea.ok("nothing waits for a lock"))
	}
	return found, nil
}

// idle lists open transactions that are idle, because they keep locks, connections and dead
// rows.
func (d Doctor) idle(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	sessions, err := rows[blocker](ctx, pool, `
		SELECT pid, coalesce(usename, ''), left(application_name, 40), state, query, 0, extract(epoch FROM clock_timestamp() - state_change)::float8
		FROM pg_stat_activity
		WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND clock_timestamp() - state_change >= make_interval(secs => $1)
		ORDER BY state_change LIMIT 5`, d.Limits.IdleTransaction.Seconds())
	found := make([]Finding, 0, len(sessions))
	for _, s := range sessions {
		silent := time.Duration(s.Longest * float64(time.Second))
		found = append(found, databaseArea.find(max(Warning, grade(silent, d.Limits.IdleTransaction, stuck*d.Limits.IdleTransaction)),
			fmt.Sprintf("SELECT pg_terminate_backend(%d)", s.PID), "%v has done nothing for %s", s, silent.Round(time.Second)))
	}
	return found, err
}
