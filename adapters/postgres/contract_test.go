package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/servers"
)

// migrated returns the URL of a database of the test's own with the schema in it.
func migrated(t *testing.T) string {
	t.Helper()
	url := servers.Postgres(t)
	m, err := postgres.OpenMigrations(url)
	require.NoError(t, err)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.Close())
	return url
}

// open returns a store on the database, which is closed before the database goes.
func open(t *testing.T, url string, options postgres.Options) *postgres.Store {
	t.Helper()
	store, err := postgres.Open(t.Context(), url, options)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// openStore returns an empty store.
func openStore(t *testing.T) ports.UnitOfWork {
	return open(t, migrated(t), postgres.Options{MaxConns: 10})
}

// owner connects as the owner of the database.
func owner(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func TestUnitOfWork(t *testing.T) {
	t.Parallel()
	portstest.UnitOfWork(t, openStore)
}

func TestStores(t *testing.T) {
	t.Parallel()
	portstest.Stores(t, openStore)
}

func TestDevices(t *testing.T) {
	t.Parallel()
	portstest.Devices(t, openStore)
}

func TestSessions(t *testing.T) {
	t.Parallel()
	portstest.Sessions(t, openStore)
}

func TestEventFeed(t *testing.T) {
	t.Parallel()
	portstest.EventFeed(t, func(t *testing.T) portstest.EventHarness {
		store := open(t, migrated(t), postgres.Options{MaxConns: 10, RetainedEvents: 100})
		return portstest.EventHarness{UnitOfWork: store, Feed: store.EventFeed(), Forget: func(t *testing.T) {
			require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
				for range 100 {
					if err := tx.Events.Append(ctx, domain.Event{Action: domain.ActionSLAStep, At: time.Now()}); err != nil {
						return err
					}
				}
				return nil
			}))
		}}
	})
}

// now is a ports.Clock.
type now struct{}

func (now) Now() time.Time { return time.Now().UTC() }

func TestJobRunner(t *testing.T) {
	t.Parallel()
	portstest.JobRunner(t, func(t *testing.T) portstest.JobHarness {
		url := migrated(t)
		store := open(t, url, postgres.Options{MaxConns: 10, Jobs: postgres.JobOptions{Poll: 100 * time.Millisecond}})
		database := owner(t, url)
		return portstest.JobHarness{
			UnitOfWork: store, Runner: store.JobRunner(), Clock: now{},
			Advance:   func(d time.Duration) { advance(t, database, d) },
			AwaitIdle: func(ctx context.Context) error { return awaitIdle(ctx, database) },
		}
	})
}

// advance makes what waits due earlier, and wakes it as River's scheduler does.
func advance(t *testing.T, database *pgxpool.Pool, d time.Duration) {
	_, err := database.Exec(t.Context(), `
		UPDATE river_job SET scheduled_at = scheduled_at - $1::interval,
			state = CASE WHEN scheduled_at - $1::interval <= now() THEN 'available' ELSE state END
		WHERE state IN ('available', 'scheduled', 'retryable')`, d)
	assert.NoError(t, err)
	_, err = database.Exec(t.Context(), "UPDATE job_schedule SET next_at = next_at - $1::interval", d)
	assert.NoError(t, err)
}

// awaitIdle looks until nothing runs and nothing is due, but for the job that the migrations schedule and
// no runner of these tests knows.
func awaitIdle(ctx context.Context, database *pgxpool.Pool) error {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		var busy bool
		err := database.QueryRow(ctx, `
			SELECT EXISTS (SELECT FROM river_job WHERE state = 'running'
				OR state IN ('available', 'scheduled', 'retryable') AND scheduled_at <= now())
			OR EXISTS (SELECT FROM job_schedule WHERE next_at <= now() AND kind <> 'seal_secrets')`).Scan(&busy)
		if err != nil || !busy {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
