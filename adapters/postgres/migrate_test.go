package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

func migrations(t *testing.T, url string) *postgres.Migrations {
	t.Helper()
	m, err := postgres.OpenMigrations(url)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, m.Close()) })
	return m
}

// known returns the versions of this program's migrations, oldest first.
func known(t *testing.T, m *postgres.Migrations) []int64 {
	t.Helper()
	status, err := m.Status(t.Context())
	require.NoError(t, err)
	versions := make([]int64, len(status))
	for i, migration := range status {
		versions[i] = migration.Version
	}
	return versions
}

// reversed returns the versions newest first.
func reversed(versions []int64) []int64 {
	versions = slices.Clone(versions)
	slices.Reverse(versions)
	return versions
}

// relations counts what there is in the database beside the history and goose's own table.
func relations(t *testing.T, url string) (n int) {
	t.Helper()
	require.NoError(t, owner(t, url).QueryRow(t.Context(), `
		SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
				WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'S', 'm')
				AND c.relname !~ '^(goose_db_version|migration_history)')
			+ (SELECT count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
				WHERE n.nspname = 'public' AND t.typtype = 'e')`).Scan(&n))
	return n
}

func TestMigratesUpDownAndUp(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m := migrations(t, url)
	version, err := m.Version(t.Context())
	require.NoError(t, err)
	require.Zero(t, version)
	history, err := m.History(t.Context())
	require.NoError(t, err)
	require.Empty(t, history)

	all := known(t, m)
	require.Subset(t, all, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9})
	for range 2 { // the second time with data in it
		up, err := m.Up(t.Context())
		require.NoError(t, err)
		require.Equal(t, all, up)
		again, err := m.Up(t.Context())
		require.NoError(t, err)
		require.Empty(t, again)
		fill(t, url)

		down, err := m.Down(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, reversed(all), down)
		require.Zero(t, relations(t, url), "something of the schema is left")
	}
	up, err := m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, all, up)
	fill(t, url)

	history, err = m.History(t.Context())
	require.NoError(t, err)
	var want []postgres.Migrated
	for round := range 3 {
		for _, version := range all {
			want = append(want, postgres.Migrated{Version: version, Direction: "up"})
		}
		for _, version := range reversed(all) {
			if round < 2 {
				want = append(want, postgres.Migrated{Version: version, Direction: "down"})
			}
		}
	}
	require.Len(t, history, len(want))
	for i, step := range history {
		require.NotEmpty(t, step.By)
		want[i].At, want[i].By = step.At, step.By
		require.Equal(t, want[i], step)
		if i > 0 {
			require.False(t, step.At.Before(history[i-1].At))
		}
	}
	status, err := m.Status(t.Context())
	require.NoError(t, err)
	require.Equal(t, "00002_river_1_to_4", status[1].Name)
	require.Equal(t, "00005_properties", status[4].Name)
	for _, migration := range status {
		require.False(t, migration.AppliedAt.IsZero())
	}
}

// fill writes through every table that the application writes.
func fill(t *testing.T, url string) {
	t.Helper()
	store, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 2})
	require.NoError(t, err)
	defer store.Close()
	p, _ := seed(t, store)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Events.Append(ctx, domain.Event{Action: domain.ActionCreated, PropertyID: p.ID, At: noon}); err != nil {
			return err
		}
		if _, err := tx.Audit.Append(ctx, domain.AuditEntry{PropertyID: p.ID, At: noon, Action: domain.ActionCreated}); err != nil {
			return err
		}
		return tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobSendDigest, Key: "x"})
	}))
	_, err = store.EventFeed().Newest(t.Context())
	require.NoError(t, err)
}

func TestMigratesToAVersion(t *testing.T) {
	t.Parallel()
	m := migrations(t, servers.Postgres(t))
	_, err := m.Up(t.Context())
	require.NoError(t, err)
	down, err := m.Down(t.Context(), 7)
	require.NoError(t, err)
	require.Equal(t, reversed(known(t, m)[7:]), down)
	version, err := m.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(7), version)
	status, err := m.Status(t.Context())
	require.NoError(t, err)
	require.False(t, status[6].AppliedAt.IsZero())
	require.True(t, status[7].AppliedAt.IsZero(), "pending")
}

func TestRacingReplicasMigrateOnce(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	const replicas = 4
	var mu sync.Mutex
	var applied []int64
	var racing sync.WaitGroup
	for range replicas {
		m := migrations(t, url)
		racing.Go(func() {
			up, err := m.Up(t.Context())
			assert.NoError(t, err)
			mu.Lock()
			defer mu.Unlock()
			applied = append(applied, up...)
		})
	}
	racing.Wait()
	m := migrations(t, url)
	require.Equal(t, known(t, m), applied, "each migration ran once")
	history, err := m.History(t.Context())
	require.NoError(t, err)
	require.Len(t, history, len(applied))
}

func TestAFailedMigrationLeavesNothing(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	database := owner(t, url)
	_, err := database.Exec(t.Context(), "CREATE TABLE comparables (stands_in_the_way integer)")
	require.NoError(t, err)
	m := migrations(t, url)
	_, err = m.Up(t.Context())
	require.Error(t, err)
	version, err := m.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(6), version)
	var exists bool
	require.NoError(t, database.QueryRow(t.Context(), "SELECT to_regclass('valuations') IS NOT NULL").Scan(&exists))
	require.False(t, exists)
	_, err = database.Exec(t.Context(), "DROP TABLE comparables")
	require.NoError(t, err)
	up, err := m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, known(t, m)[6:], up)
}

func TestCreatesMigrations(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, err := postgres.CreateMigration(folder, "first_one")
	require.NoError(t, err)
	require.Equal(t, "00021_first_one.sql", filepath.Base(path), "after the program's own")
	path, err = postgres.CreateMigration(folder, "next")
	require.NoError(t, err)
	require.Equal(t, "00022_next.sql", filepath.Base(path))
	body, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(body), "-- +goose Up")
	require.Contains(t, string(body), "-- +goose Down")
	for _, name := range []string{"", "../x", "A b", "1x", strings.Repeat("x", 61)} {
		_, err := postgres.CreateMigration(folder, name)
		require.Error(t, err, name)
	}
}

func TestSaysNothingOfAURLThatItCannotRead(t *testing.T) {
	t.Parallel()
	const url = "postgres://user:hunter2@localhost:notaport/x"
	_, err := postgres.OpenMigrations(url)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
	_, err = postgres.Open(t.Context(), url, postgres.Options{})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}
