package doctor

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres"
)

// notLoaded is PostgreSQL's code for an extension that the server did not load at its start.
const notLoaded = "55000"

// often is the number of calls from which a statement's mean is meaningful.
const often = 10

type slowStatement struct {
	Calls    int64
	Mean     float64 // milliseconds
	Share    float64 // of the time of all statements, 0 to 1
	Sentence string
}

// slow lists the statements with the longest mean time, if pg_stat_statements counts them.
func (d Doctor) slow(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	var schema string
	err := pool.QueryRow(ctx, "SELECT quote_ident(nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'pg_stat_statements'").Scan(&schema)
	if errors.Is(err, pgx.ErrNoRows) {
		return []Finding{databaseArea.ok("pg_stat_statements is not installed: slow statements are not known")}, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := rows[slowStatement](ctx, pool, `
		WITH ours AS (SELECT s.*, sum(total_exec_time) OVER () AS everything FROM `+schema+`.pg_stat_statements s
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
		SELECT calls, mean_exec_time, (total_exec_time / greatest(everything, 1))::float8, query FROM ours
		WHERE calls >= $1 ORDER BY mean_exec_time DESC LIMIT 3`, often)
	var failure *pgconn.PgError
	switch {
	case errors.As(err, &failure) && (failure.Code == notLoaded || failure.Code == "42501"):
		return []Finding{databaseArea.find(Warning, "load it with shared_preload_libraries and restart the server; GRANT pg_read_all_stats TO the login", "pg_stat_statements cannot be read: %s", failure.Message)}, nil
	case err != nil:
		return nil, err
	}
	found := make([]Finding, 0, len(list))
	for _, s := range list {
		mean := time.Duration(s.Mean * float64(time.Millisecond))
		found = append(found, databaseArea.judged(grade(mean, d.Limits.SlowStatement, 10*d.Limits.SlowStatement),
			"EXPLAIN (ANALYZE, BUFFERS) it; ANALYZE its tables where estimates are off (runbook, high latency)",
			"mean %s in %d calls, %.0f %% of all time: %s", mean.Round(100*time.Microsecond), s.Calls, 100*s.Share, postgres.Redacted(s.Sentence)))
	}
	return found, nil
}
