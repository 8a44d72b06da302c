package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/propflow/propflow/migrations"
)

// Migrations brings a database's schema up or down. Each migration runs in a transaction of
// its own, unless it is marked NO TRANSACTION. Of several processes one migrates and the
// others wait. No request waits for longer than 2 s behind a migration that waits for a lock:
// it gives way, and tries again for 4 min.
type Migrations struct {
	// Report is called with a line of text for each session that keeps a migration waiting,
	// and for each further try. It may be called by another goroutine than the caller's, one
	// call at a time. By default it does nothing.
	Report func(line string)

	db         *sql.DB
	provider   *goose.Provider
	locker     lock.SessionLocker
	waits      waits
	concurrent map[int64]bool // versions that build indexes concurrently
	bound      *atomic.Int64  // lock_timeout of the connections, in ms
}

// Migration is one migration of this program.
type Migration struct {
	Version int64
	Name    string
	// AppliedAt is zero if the migration is pending.
	AppliedAt time.Time
}

// Migrated is one step in the history of a database, up or down.
type Migrated struct {
	Version   int64
	Direction string // "up" or "down"
	At        time.Time
	By        string // the database role
}

const (
	// lockWait bounds the wait for another process's migrations, in seconds.
	lockWait = 300
	// migrateApplication is the application_name of the sessions that migrate.
	migrateApplication = "propflow migrate"
)

// OpenMigrations connects to the database at url as its owner; the caller closes it.
func OpenMigrations(url string) (*Migrations, error) {
	river, err := riverMigrations()
	if err != nil {
		return nil, err
	}
	return openMigrations(url, migrations.Files, append(river, landMigration()))
}

func openMigrations(url string, files fs.FS, steps []*goose.Migration) (*Migrations, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database's url cannot be read") // the error may quote the password
	}
	config.RuntimeParams["application_name"] = migrateApplication
	config.RuntimeParams["timezone"] = "UTC"
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockWait))
	if err != nil {
		return nil, err
	}
	concurrent, err := buildsIndexes(files)
	if err != nil {
		return nil, err
	}
	m := &Migrations{
		Report: func(string) {}, locker: locker, concurrent: concurrent,
		waits: waits{once: lockTimeout, all: patience}, bound: new(atomic.Int64),
	}
	m.db = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		readUTC(conn.TypeMap())
		return m.boundLocks(ctx, conn)
	}), stdlib.OptionResetSession(m.boundLocks))
	m.provider, err = goose.NewProvider(goose.DialectPostgres, m.db, files,
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, errors.Join(err, m.db.Close())
	}
	return m, nil
}

// Close ends the connection.
func (m *Migrations) Close() error { return m.db.Close() }

// Up applies every pending migration and returns their versions. If another role's extension
// prevents one, the error contains the statements that move the extension.
func (m *Migrations) Up(ctx context.Context) (applied []int64, err error) {
	err = m.alone(ctx, func() error {
		all, err := m.Status(ctx)
		if err != nil {
			return err
		}
		for _, next := range all {
			if !next.AppliedAt.IsZero() {
				continue
			}
			if err := m.step(ctx, next.Version, m.provider.UpByOne); err != nil {
				return err
			}
			applied = append(applied, next.Version)
		}
		return nil
	})
	return applied, m.explain(ctx, err)
}

// Down undoes every migration above the version, newest first, and returns their versions.
// Version 0 leaves nothing but the history.
func (m *Migrations) Down(ctx context.Context, to int64) (undone []int64, err error) {
	err = m.alone(ctx, func() error {
		for {
			version, err := m.Version(ctx)
			if err != nil || version <= to {
				return err
			}
			if err := m.step(ctx, version, m.provider.Down); err != nil {
				return err
			}
			undone = append(undone, version)
		}
	})
	return undone, err
}

// Version returns the version of the database, 0 if nothing was migrated.
func (m *Migrations) Version(ctx context.Context) (int64, error) {
	version, err := m.provider.GetDBVersion(ctx)
	return version, translate(err)
}

// programs returns the names of the migrations that are no file of SQL, by their versions.
func programs() map[int64]string {
	names := map[int64]string{landDrafts: fmt.Sprintf("%05d_land_drafts", landDrafts)}
	for _, step := range riverSteps() {
		names[step.version] = step.name()
	}
	return names
}

// Status lists this program's migrations, oldest first.
func (m *Migrations) Status(ctx context.Context) ([]Migration, error) {
	status, err := m.provider.Status(ctx)
	if err != nil {
		return nil, translate(err)
	}
	return mapped(status, func(s *goose.MigrationStatus) Migration {
		name := strings.TrimSuffix(filepath.Base(s.Source.Path), ".sql")
		if program, ok := programs()[s.Source.Version]; ok {
			name = program
		}
		return Migration{Version: s.Source.Version, Name: name, AppliedAt: s.AppliedAt.UTC()}
	}), nil
}

// History lists what was done to the database, oldest first.
func (m *Migrations) History(ctx context.Context) ([]Migrated, error) {
	var exists bool
	if err := m.db.QueryRowContext(ctx, "SELECT to_regclass('migration_history') IS NOT NULL").Scan(&exists); err != nil || !exists {
		return nil, translate(err)
	}
	rows, err := m.db.QueryContext(ctx, "SELECT version, direction, applied_at, applied_by FROM migration_history ORDER BY id")
	if err != nil {
		return nil, translate(err)
	}
	defer func() { _ = rows.Close() }() // rows.Err returns what went wrong
	var history []Migrated
	for rows.Next() {
		var step Migrated
		if err := rows.Scan(&step.Version, &step.Direction, &step.At, &step.By); err != nil {
			return nil, translate(err)
		}
		history = append(history, step)
	}
	return history, translate(rows.Err())
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

// CreateMigration writes an empty migration with the next version into the folder and returns
// its path. The name is snake_case, of at most 60 characters.
func CreateMigration(folder, name string) (string, error) {
	if !namePattern.MatchString(name) {
		return "", fmt.Errorf("migration name %q: must be lower-case letters, digits and underscores", name)
	}
	var next int64
	for version := range programs() {
		next = max(next, version)
	}
	files, err := fs.Glob(os.DirFS(folder), "*.sql")
	if err != nil {
		return "", err
	}
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		if err != nil {
			return "", err
		}
		next = max(next, version)
	}
	path := filepath.Join(folder, fmt.Sprintf("%05d_%s.sql", next+1, name))
	body := strings.Join([]string{"-- +goose Up", "", "-- +goose Down", ""}, "\n")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(body)
	return path, errors.Join(err, file.Close())
}
