package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// database is the connection to PostgreSQL that checks share. It does not take the application's
// role but remains the login itself, which sees more of other sessions.
type database struct {
	patience time.Duration // for connecting, and for each check after it
	ready    chan struct{} // closed once pool or fault is known
	pool     *pgxpool.Pool
	fault    error
	skipped  string // the faulty variable, if it prevented any attempt
}

// sessions is the maximum number of the doctor's connections, of which there may be few left.
const sessions = 4

func openDatabase(ctx context.Context, d Doctor) *database {
	b := &database{patience: d.Limits.Patience, ready: make(chan struct{})}
	if name, faulty := d.faulty("DATABASE_URL"); faulty {
		b.skipped, b.fault = name, errNotConfigured
		close(b.ready)
		return b
	}
	go func() {
		defer close(b.ready)
		b.pool, b.fault = connect(ctx, d.Config.DatabaseURL, b.patience)
	}()
	return b
}

var errNotConfigured = errors.New("not configured")

func connect(ctx context.Context, url string, patience time.Duration) (*pgxpool.Pool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database's url cannot be read") // err may quote the password
	}
	config.MaxConns = sessions
	config.ConnConfig.ConnectTimeout = patience
	for name, value := range map[string]string{
		"application_name": "propflow doctor", "timezone": "UTC", "default_transaction_read_only": "on",
		"statement_timeout": fmt.Sprint(patience.Milliseconds()), "lock_timeout": fmt.Sprint(patience.Milliseconds()),
	} {
		config.ConnConfig.RuntimeParams[name] = value
	}
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		go pool.Close() // Close waits for a connection that may hang
		return nil, err
	}
	return pool, nil
}

// close closes the connections, but does not wait longer than grace for one that hangs.
func (b *database) close() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		if <-b.ready; b.pool != nil {
			b.pool.Close()
		}
	}()
	select {
	case <-closed:
	case <-time.After(grace):
	}
}

// on returns a check that needs the database. Without a database, the subject "database" reports
// why, and the other subjects only that they were not checked.
func (b *database) on(subject area, part string, look func(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error)) check {
	return check{string(subject), part, func(ctx context.Context) []Finding {
		select {
		case <-b.ready:
		case <-ctx.Done():
		}
		if ctx.Err() != nil || b.fault != nil {
			if subject == databaseArea {
				return nil
			}
			of := ""
			if subject == clockArea || subject == redisArea { // the rest of the subject was checked
				of = part + ": "
			}
			if b.skipped != "" {
				return []Finding{subject.find(Warning, "set it first", "%snot checked, as %s cannot be used", of, b.skipped)}
			}
			return []Finding{subject.find(Warning, "mend the database first", "%snot checked, as the database does not answer", of)}
		}
		ctx, cancel := context.WithTimeout(ctx, b.patience)
		defer cancel()
		found, err := look(ctx, b.pool)
		if err != nil {
			found = append(found, subject.unanswered(part, err))
		}
		return found
	}}
}

// unanswered returns the finding for a statement that failed.
func (a area) unanswered(part string, err error) Finding {
	var failure *pgconn.PgError
	switch {
	case errors.As(err, &failure) && (failure.Code == "42P01" || failure.Code == "42704" || failure.Code == "42703"):
		return a.find(Warning, "propflow migrate up, as the owner", "%s: not checked, as the schema lacks something: %s", part, failure.Message)
	case errors.As(err, &failure) && failure.Code == "42501":
		return a.find(Warning, "put the login into role propflow_app", "%s: not checked: %s", part, failure.Message)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &failure) && failure.Code == "57014":
		return a.find(Critical, "look for locks and load: SELECT * FROM pg_stat_activity", "%s: no answer in time", part)
	}
	return a.find(Critical, "see what the message says", "%s: %s", part, cause(err))
}

// unreachable returns the finding for a database to which no connection is possible.
func (a area) unreachable(err error) Finding {
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		switch failure.Code {
		case "53300":
			return a.find(Critical, "lower the number of tasks, or end idle sessions as the owner (runbook, database connections)", "all connections are in use")
		case "28P01", "28000":
			return a.find(Critical, "compare DATABASE_URL with the role's password (runbook, secrets)", "the login is refused: %s", failure.Message)
		case "3D000":
			return a.find(Critical, "compare DATABASE_URL with the databases of the server, or restore it (runbook, database lost)", "%s", failure.Message)
		case "57P03":
			return a.find(Critical, "wait: it recovers; look at its log where that takes minutes", "the server takes no connections: %s", failure.Message)
		}
		return a.find(Critical, "see what the message says", "not reachable: %s", failure.Message)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return a.find(Critical, "see whether the server hangs, and what the security group lets through", "no answer in time")
	}
	return a.find(Critical, "start the server; in AWS: aws rds describe-db-instances (runbook, API down)", "not reachable: %s", cause(err))
}

// cause returns the innermost error on the way to a server, in one line.
func cause(err error) string {
	var network *net.OpError
	var failure *pgconn.PgError
	switch {
	case errors.As(err, &network):
		return network.Error()
	case errors.As(err, &failure):
		return failure.Message
	}
	return err.Error()
}

// rows runs a query and scans its rows into structs, by position.
func rows[T any](ctx context.Context, pool *pgxpool.Pool, query string, args ...any) ([]T, error) {
	answer, err := pool.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(answer, pgx.RowToStructByPos[T])
}

// row is rows for a query that returns exactly one row.
func row[T any](ctx context.Context, pool *pgxpool.Pool, query string, args ...any) (one T, err error) {
	answer, err := pool.Query(ctx, query, args...)
	if err != nil {
		return one, err
	}
	return pgx.CollectExactlyOneRow(answer, pgx.RowToStructByPos[T])
}
