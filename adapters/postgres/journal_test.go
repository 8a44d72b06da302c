package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func TestTheApplicationCannotChangeItsAudit(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 2})
	p, _ := seed(t, store)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Audit.Append(ctx, domain.AuditEntry{PropertyID: p.ID, At: noon, Action: domain.ActionCreated})
		return err
	}))
	conn, err := owner(t, url).Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	_, err = conn.Exec(t.Context(), "SET ROLE "+postgres.AppRole)
	require.NoError(t, err)
	for _, statement := range []string{
		"UPDATE audit_entries SET to_state = 'APPROVED'",
		"DELETE FROM audit_entries",
		"TRUNCATE audit_entries",
		"DELETE FROM audit_heads",
		"DROP TABLE audit_entries",
		"ALTER TABLE audit_entries DISABLE TRIGGER ALL",
		"DELETE FROM goose_db_version",
		"INSERT INTO migration_history (version, direction) VALUES (1, 'up')",
	} {
		_, err := conn.Exec(t.Context(), statement)
		var failure *pgconn.PgError
		require.ErrorAs(t, err, &failure, statement)
		require.Equal(t, "42501", failure.Code, statement)
	}
	_, err = conn.Exec(t.Context(), "RESET ROLE")
	require.NoError(t, err)

	// The store itself works as that role, though it logged in as the owner.
	_, err = conn.Exec(t.Context(), "REVOKE INSERT ON steps FROM "+postgres.AppRole)
	require.NoError(t, err)
	require.ErrorContains(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: p.ID, At: noon})
	}), "permission denied")
}

// A slow transaction appends first and commits last: a reader who read in between must not
// have passed its event.
func TestTheFeedWaitsForNoSlowTransactionAndLosesNothing(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 6})
	feed := store.EventFeed()
	event := func(at time.Time) func(ctx context.Context, tx ports.Tx) error {
		return func(ctx context.Context, tx ports.Tx) error {
			return tx.Events.Append(ctx, domain.Event{Action: domain.ActionEdited, At: at})
		}
	}
	var seen domain.EventID
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := event(noon)(ctx, tx); err != nil {
			return err
		}
		if err := store.Do(t.Context(), event(noon.Add(time.Second))); err != nil { // as somebody else
			return err
		}
		events, gone, err := feed.Since(t.Context(), "", 10)
		assert.False(t, gone)
		if assert.Len(t, events, 1) {
			assert.Equal(t, noon.Add(time.Second), events[0].At)
			seen = events[0].ID
		}
		return err
	}))
	events, gone, err := feed.Since(t.Context(), seen, 10)
	require.NoError(t, err)
	require.False(t, gone)
	require.Len(t, events, 1)
	require.Equal(t, noon, events[0].At)
	require.Greater(t, events[0].ID, seen)
}

// Two stores stand for two processes; the long poll shows that a notification came.
func TestTheFeedHearsOfOtherProcesses(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	writer := open(t, url, postgres.Options{MaxConns: 2})
	reader := open(t, url, postgres.Options{MaxConns: 2, FeedPoll: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var last domain.EventID
	for range 3 {
		ended := make(chan error, 1)
		go func() { ended <- reader.EventFeed().Wait(ctx, last) }()
		began := time.Now()
		require.NoError(t, writer.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			return tx.Events.Append(ctx, domain.Event{Action: domain.ActionEdited, At: noon})
		}))
		require.NoError(t, <-ended)
		t.Logf("heard after %v", time.Since(began).Round(time.Microsecond))
		var err error
		last, err = reader.EventFeed().Newest(ctx)
		require.NoError(t, err)
	}
}

func TestTheFeedHealsAfterALostConnection(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 2, FeedPoll: 50 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- store.EventFeed().Wait(ctx, "") }()
	database := owner(t, url)
	listening := func() (n int) {
		require.NoError(t, database.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND query LIKE 'LISTEN%'`).Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return listening() == 1 }, time.Minute, 10*time.Millisecond)
	_, err := database.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
	require.NoError(t, err)
	require.NoError(t, store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		return tx.Events.Append(ctx, domain.Event{Action: domain.ActionEdited, At: noon})
	}))
	require.NoError(t, <-ended)
	require.Eventually(t, func() bool { return listening() == 1 }, time.Minute, 10*time.Millisecond)
}

func TestAClosedFeedLetsItsReadersGo(t *testing.T) {
	t.Parallel()
	store, err := postgres.Open(t.Context(), migrated(t), postgres.Options{MaxConns: 2})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- store.EventFeed().Wait(t.Context(), "") }()
	store.Close()
	require.Equal(t, domain.KindUnavailable, domain.KindOf(<-ended))
}

func TestATwinLearnsAtOnceThatItsRequestRuns(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 4})
	_, valuer := seed(t, store)
	key := domain.IdempotencyKey{UserID: valuer.ID, Operation: "op", Key: "k", Fingerprint: "f"}
	run := func(fn func() error) (int, error) {
		return ports.Once(t.Context(), store, key, noon, func(context.Context, ports.Tx) (int, error) { return 1, fn() })
	}
	failure := errors.New("failure")
	_, err := run(func() error {
		_, err := run(func() error { t.Error("the twin ran"); return nil })
		assert.Equal(t, "request_in_progress", domain.CodeOf(err))
		return failure
	})
	require.ErrorIs(t, err, failure)
	_, err = run(func() error { return nil })
	require.NoError(t, err, "the key is free after a failure")
	// Answered, it is replayed to any number at once.
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, found, err := tx.Idempotency.Find(ctx, key, noon)
		assert.True(t, found)
		again, twinErr := run(func() error { t.Error("the twin ran"); return nil })
		assert.NoError(t, twinErr)
		assert.Equal(t, 1, again)
		return err
	}))
}

func TestExpiredKeysAreForgotten(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 2})
	save := func(n int, at time.Time) {
		require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			for range n {
				err := tx.Idempotency.Save(ctx, domain.IdempotencyRecord{
					Key: domain.IdempotencyKey{UserID: domain.UserID(newID()), Operation: "op", Key: "k"}, Result: []byte("1"), CreatedAt: at,
				})
				if err != nil {
					return err
				}
			}
			return nil
		}))
	}
	save(40, noon)
	save(20, noon.Add(domain.IdempotencyTTL))
	var kept int
	require.NoError(t, owner(t, url).QueryRow(t.Context(), "SELECT count(*) FROM idempotency_keys").Scan(&kept))
	require.Equal(t, 20, kept)
}
