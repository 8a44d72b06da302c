package postgres_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/tests/kit/servers"
)

// TestAPoolerThatDropsWhatIsAskedForIsRefused connects through a stand-in that does what
// PgBouncer does with ignore_startup_parameters.
func TestAPoolerThatDropsWhatIsAskedForIsRefused(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	for drops, want := range map[string]string{
		"role":                                "not propflow_app",
		"statement_timeout":                   "statement_timeout is 0 ms, not 10000 ms",
		"lock_timeout":                        "lock_timeout is 0 ms, not 5000 ms",
		"idle_in_transaction_session_timeout": "idle_in_transaction_session_timeout is 0 ms, not 30000 ms",
	} {
		store, err := postgres.Open(t.Context(), servers.NewPooler(t, url, drops), postgres.Options{})
		var refused *postgres.PoolerError
		if !assert.ErrorAs(t, err, &refused, drops) {
			store.Close()
			continue
		}
		assert.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, "PgBouncer")
		assert.Len(t, refused.Faults, 1)
	}
	all := servers.NewPooler(t, url, "role", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
	_, err := postgres.Open(t.Context(), all, postgres.Options{})
	var refused *postgres.PoolerError
	require.ErrorAs(t, err, &refused)
	assert.Len(t, refused.Faults, 4, "every fault at once")

	dropped, err := postgres.Dropped(t.Context(), servers.NewPooler(t, url, "role", "plan_cache_mode", "lock_timeout"))
	require.NoError(t, err)
	assert.Equal(t, []string{"lock_timeout", "plan_cache_mode", "role"}, dropped)
	dropped, err = postgres.Dropped(t.Context(), servers.NewPooler(t, url))
	require.NoError(t, err)
	assert.Empty(t, dropped)
}

// TestAPoolerThatKeepsWhatIsAskedForWorks also follows the feed, which has a connection of its own.
func TestAPoolerThatKeepsWhatIsAskedForWorks(t *testing.T) {
	t.Parallel()
	store := open(t, servers.NewPooler(t, migrated(t)), postgres.Options{
		MaxConns: 4, StatementTimeout: 1500 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, store.Ping(t.Context()))
}

// TestWhatTheDocsSetForPoolersIsEnough sets the login's defaults as docs/ops/poolers.md has it, for
// this database alone.
func TestWhatTheDocsSetForPoolersIsEnough(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	var all strings.Builder // in one go: the role counts from the next connection on
	for _, set := range []string{"role = 'propflow_app'", "statement_timeout = '10s'", "lock_timeout = '5s'", "idle_in_transaction_session_timeout = '30s'"} {
		all.WriteString(`EXECUTE format('ALTER ROLE %I IN DATABASE %I SET ` + strings.ReplaceAll(set, "'", "''") + `', session_user, current_database());`)
	}
	_, err := owner(t, url).Exec(t.Context(), "DO $$ BEGIN "+all.String()+" END $$")
	require.NoError(t, err)
	pooled := servers.NewPooler(t, url, "role", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
	require.NoError(t, open(t, pooled, postgres.Options{MaxConns: 2}).Ping(t.Context()))
}

// TestTheFeedChecksItsConnection opens the connection of a feed, which is not of the pool.
func TestTheFeedChecksItsConnection(t *testing.T) {
	t.Parallel()
	url := servers.NewPooler(t, migrated(t), "role")
	require.ErrorContains(t, postgres.Listens(t.Context(), url), "current_user is")
}
