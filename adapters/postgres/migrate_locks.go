package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

const (
	// lockTimeout bounds each wait for a lock that requests conflict with, because they queue
	// behind the migration and answer 503 after 5 s.
	lockTimeout = 2 * time.Second
	// patience bounds all waits for locks of one migration, because a deployment waits only
	// 10 min for the migrations.
	patience = 4 * time.Minute
	// longestPause bounds the pauses between tries. Each is twice as long as the one before,
	// the first half as long as a try.
	longestPause = 8 * time.Second
)

// PostgreSQL's codes for locks that are tried again.
const (
	lockNotAvailable = "55P03"
	deadlockDetected = "40P01"
)

// waits are the bounds of one wait for a lock and of all waits of a migration.
type waits struct{ once, all time.Duration }

// alone runs do while no other process migrates. Every release takes the same lock.
func (m *Migrations) alone(ctx context.Context, do func() error) (err error) {
	conn, err := m.db.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if err := m.locker.SessionLock(ctx, conn); err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, m.locker.SessionUnlock(context.WithoutCancel(ctx), conn)) }()
	return do()
}

// step runs one migration, up or down. A concurrent build of an index waits for all older
// transactions, and no requests queue behind it. So it may wait as long as all tries
// together: with the short bound it might never end.
func (m *Migrations) step(ctx context.Context, version int64, run func(context.Context) (*goose.MigrationResult, error)) error {
	bound := m.waits.once
	if m.concurrent[version] {
		bound = m.waits.all
	}
	m.bound.Store(bound.Milliseconds())
	return translate(m.patiently(ctx, version, func(ctx context.Context) error {
		_, err := run(ctx)
		return err
	}))
}

// boundLocks sets the lock_timeout of a connection to that of the current migration.
func (m *Migrations) boundLocks(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, fmt.Sprintf("SET lock_timeout = %d", m.bound.Load()))
	return err
}

// buildsIndexes returns the versions of the migrations that build or drop indexes concurrently.
func buildsIndexes(files fs.FS) (map[int64]bool, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	found := make(map[int64]bool)
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		found[version] = concurrently.Match(text)
	}
	return found, nil
}

var concurrently = regexp.MustCompile(`(?im)^[^-]*\bINDEX CONCURRENTLY\b`)

// blocker is a session that has a lock that a migration waits for.
type blocker struct {
	Session
	Since *time.Time // when its transaction began; nil if there is none, or if it is hidden
}

func (b blocker) String() string {
	if b.Since == nil {
		return b.Session.String()
	}
	return fmt.Sprintf("%v, in a transaction since %s", b.Session, b.Since.UTC().Format(time.RFC3339))
}

// patiently runs a step of migration version, and runs it again while it fails to get a lock
// and the waits so far are shorter than the bound. Between the tries it has no lock, so that
// the queue behind it drains. If it gives up, or if ctx ends, its error names the sessions
// that blocked it.
func (m *Migrations) patiently(ctx context.Context, version int64, step func(ctx context.Context) error) error {
	var waited time.Duration
	var blockers []blocker
	for pause := m.waits.once / 2; ; pause = min(2*pause, longestPause) {
		began := time.Now()
		stop := m.watch(ctx, version)
		err := step(ctx)
		if found := stop(); len(found) > 0 {
			blockers = found
		}
		switch waited += time.Since(began) + pause; {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%w%s", err, listed(blockers))
		case !wantsLock(err):
			return err
		case waited > m.waits.all:
			return fmt.Errorf("migration %d had to wait for locks for more than %s: %w%s", version, m.waits.all, err, listed(blockers))
		}
		m.Report(fmt.Sprintf("migration %d gave way to requests after %s without its lock; it tries again in %s", version, m.waits.once, pause))
		select {
		case <-time.After(pause):
		case <-ctx.Done(): // the next try ends at once
		}
	}
}

func wantsLock(err error) bool {
	var failure *pgconn.PgError
	return errors.As(err, &failure) && (failure.Code == lockNotAvailable || failure.Code == deadlockDetected)
}

func listed(blockers []blocker) string {
	var lines strings.Builder
	for _, b := range blockers {
		fmt.Fprintf(&lines, "\n  in its way: %v", b)
	}
	return lines.String()
}

// watch reports each session that keeps a migration waiting, once, until stop is called. stop
// returns the sessions of the last look that found any.
func (m *Migrations) watch(ctx context.Context, version int64) (stop func() []blocker) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan []blocker, 1)
	go func() {
		var last []blocker
		defer func() { ended <- last }()
		reported := make(map[int]bool)
		look := time.NewTicker(m.waits.once / 4)
		defer look.Stop()
		for {
			select {
			case <-look.C:
			case <-ctx.Done():
				return
			}
			blockers, err := m.blockers(ctx)
			if err != nil || len(blockers) == 0 {
				continue // the migration itself reports a fault of the database
			}
			for _, b := range blockers {
				if !reported[b.PID] {
					reported[b.PID] = true
					m.Report(fmt.Sprintf("migration %d waits for %v", version, b))
				}
			}
			last = blockers
		}
	}()
	return func() []blocker {
		cancel()
		return <-ended
	}
}

// blockers returns at most five sessions for which a migration of this database has waited
// for at least a quarter of the bound, longer than requests usually keep their locks. At most
// one process migrates at a time, so the migration is this one.
func (m *Migrations) blockers(ctx context.Context) (list []blocker, err error) {
	rows, err := m.db.QueryContext(ctx, `
		WITH waits AS (
			SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
			WHERE NOT l.granted AND a.datname = current_database() AND a.application_name = $1
			AND clock_timestamp() - l.waitstart >= make_interval(secs => $2))
		SELECT DISTINCT b.pid, coalesce(b.usename, ''), left(b.application_name, 40), b.state, b.query, b.xact_start
		FROM waits w CROSS JOIN unnest(pg_blocking_pids(w.pid)) AS p JOIN pg_stat_activity b ON b.pid = p
		ORDER BY b.xact_start LIMIT 5`, migrateApplication, m.waits.once.Seconds()/4)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err returns what went wrong
	for rows.Next() {
		var b blocker
		if err := rows.Scan(&b.PID, &b.Role, &b.Application, &b.State, &b.Query, &b.Since); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, rows.Err()
}
