package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/tests/kit/servers"
)

// sales are migrations of a table, of a column and of an index. The index's notes the
// lock_timeout that it runs with.
var sales = fstest.MapFS{
	"00001_sales.sql": {Data: []byte("-- +goose Up\nCREATE TABLE sales (buyer text);\n-- +goose Down\nDROP TABLE sales;\n")},
	"00002_price.sql": {Data: []byte("-- +goose Up\nALTER TABLE sales ADD COLUMN price bigint;\n-- +goose Down\nALTER TABLE sales DROP COLUMN price;\n")},
	"00003_index.sql": {Data: []byte(`-- +goose NO TRANSACTION
-- +goose Up
DROP INDEX CONCURRENTLY IF EXISTS sales_price_idx;
CREATE INDEX CONCURRENTLY sales_price_idx ON sales (price);
CREATE TABLE bound AS SELECT current_setting('lock_timeout') AS index;

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS sales_price_idx;
DROP TABLE bound;
`)},
}

// until returns sales up to a version.
func until(version int) fstest.MapFS {
	files := make(fstest.MapFS)
	for name, file := range sales {
		if name < fmt.Sprintf("%05d", version+1) {
			files[name] = file
		}
	}
	return files
}

// migratedTo returns the migrations up to and with the last version, of which those before
// pending are applied, and what they report.
func migratedTo(t *testing.T, url string, pending, last int) (m *postgres.Migrations, reports chan string) {
	t.Helper()
	for i, version := range []int{pending - 1, last} {
		var err error
		m, err = postgres.OpenOtherMigrations(url, until(version))
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, m.Close()) })
		if i == 0 {
			_, err = m.Up(t.Context())
			require.NoError(t, err)
		}
	}
	reports = make(chan string, 1000)
	m.Report = func(line string) { reports <- line }
	return m, reports
}

// begin opens a transaction of a session of this name and runs a statement in it.
func begin(t *testing.T, url, name, statement string) (tx pgx.Tx, pid uint32) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	config.RuntimeParams["application_name"] = name
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) })
	tx, err = conn.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), statement)
	require.NoError(t, err)
	return tx, conn.PgConn().PID()
}

// up runs the migrations in the background.
func up(t *testing.T, m *postgres.Migrations) (ended chan error) {
	ended = make(chan error, 1)
	go func() {
		_, err := m.Up(t.Context())
		ended <- err
	}()
	return ended
}

// await returns the first report with these words.
func await(t *testing.T, reports chan string, ended chan error, words string) string {
	t.Helper()
	for {
		select {
		case line := <-reports:
			if strings.Contains(line, words) {
				return line
			}
		case err := <-ended:
			require.Fail(t, "ended without a report of "+words, "%v", err)
		}
	}
}

func TestAMigrationGivesWayToRequests(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m, reports := migratedTo(t, url, 2, 2)
	m.Bound(100*time.Millisecond, time.Hour)
	reader, pid := begin(t, url, "a dump", "SELECT 1 FROM sales WHERE buyer = '+919811100001'")
	ended := up(t, m)

	line := await(t, reports, ended, "waits for")
	assert.Contains(t, line, fmt.Sprintf("migration 2 waits for pid %d (", pid))
	assert.Contains(t, line, "a dump; idle in transaction, last: SELECT ? FROM sales WHERE buyer = ?)")
	assert.Contains(t, line, "in a transaction since 2")
	await(t, reports, ended, "gave way")

	// Requests get through although the reader is still there.
	request := owner(t, url)
	for range 3 {
		_, err := request.Exec(t.Context(), "INSERT INTO sales (buyer) VALUES ('x')")
		require.NoError(t, err)
		await(t, reports, ended, "gave way")
	}
	require.NoError(t, reader.Rollback(t.Context()))
	require.NoError(t, <-ended)
	_, err := request.Exec(t.Context(), "UPDATE sales SET price = 1")
	require.NoError(t, err)
}

func TestAMigrationDoesNotTryForEver(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m, reports := migratedTo(t, url, 2, 2)
	m.Bound(50*time.Millisecond, time.Millisecond)
	reader, _ := begin(t, url, "a dump", "SELECT 1 FROM sales")
	_, err := m.Up(t.Context())
	require.ErrorContains(t, err, "migration 2 had to wait for locks for more than 1ms")
	version, err := m.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(1), version)

	m.Bound(time.Hour, time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = m.Up(ctx)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, reader.Rollback(t.Context()))
	_, err = m.Up(t.Context())
	require.NoError(t, err)

	reader, pid := begin(t, url, "a dump", "SELECT 1 FROM sales")
	m.Bound(100*time.Millisecond, time.Hour)
	ctx, cancel = context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := m.Down(ctx, 1)
		ended <- err
	}()
	await(t, reports, ended, fmt.Sprintf("waits for pid %d (", pid))
	cancel()
	err = <-ended
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, fmt.Sprintf("in its way: pid %d (", pid))
	require.NoError(t, reader.Rollback(t.Context()))
}

// Building an index concurrently waits for all older transactions. It does not give way,
// because no request queues behind it.
func TestAnIndexIsBuiltBesideAnOpenTransaction(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m, reports := migratedTo(t, url, 3, 3)
	m.Bound(100*time.Millisecond, time.Hour)
	writer, pid := begin(t, url, "a writer", "INSERT INTO sales (buyer) VALUES ('x')")
	ended := up(t, m)
	line := await(t, reports, ended, "waits for")
	assert.Contains(t, line, fmt.Sprintf("migration 3 waits for pid %d (", pid))
	request := owner(t, url)
	for range 3 {
		_, err := request.Exec(t.Context(), "INSERT INTO sales (buyer) VALUES ('y')")
		require.NoError(t, err)
	}
	require.NoError(t, writer.Commit(t.Context()))
	require.NoError(t, <-ended)
	var bound string
	require.NoError(t, request.QueryRow(t.Context(), "SELECT index FROM bound").Scan(&bound))
	require.Equal(t, "1h", bound)
	requireIndex(t, url, true)
}

func requireIndex(t *testing.T, url string, valid bool) {
	t.Helper()
	var is bool
	require.NoError(t, owner(t, url).QueryRow(t.Context(), "SELECT indisvalid FROM pg_index WHERE indexrelid = 'sales_price_idx'::regclass").Scan(&is))
	require.Equal(t, valid, is, "the index is valid")
}

func TestAnInterruptedBuildIsRepeated(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m, _ := migratedTo(t, url, 3, 3)
	m.Bound(50*time.Millisecond, 50*time.Millisecond)
	writer, _ := begin(t, url, "a writer", "INSERT INTO sales (buyer) VALUES ('x')")
	_, err := m.Up(t.Context())
	require.ErrorContains(t, err, "migration 3 had to wait")
	requireIndex(t, url, false)
	require.NoError(t, writer.Rollback(t.Context()))
	m.Bound(time.Hour, time.Hour)
	applied, err := m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int64{3}, applied)
	requireIndex(t, url, true)
}

// Nothing tests whether River's own statements keep a lock for long, so that they may run on
// an empty database only: before migration 4, which makes the first of our tables.
func TestRiversStatementsRunOnAnEmptyDatabaseOnly(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, postgres.RiverSteps())
	for _, version := range postgres.RiverSteps() {
		require.Less(t, version, int64(4), "write River's statements as migrations in migrations/")
	}
}
