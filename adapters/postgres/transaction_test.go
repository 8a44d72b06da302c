package postgres_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// roundTrips counts statements and batches.
type roundTrips struct{ n atomic.Int32 }

func (r *roundTrips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	r.n.Add(1)
	return ctx
}

func (r *roundTrips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	r.n.Add(1)
	return ctx
}

func (*roundTrips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)     {}
func (*roundTrips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*roundTrips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func TestBeginAndTheSecurityLogTakeNoRoundTrip(t *testing.T) {
	t.Parallel()
	var trips roundTrips
	store := open(t, migrated(t), postgres.Options{MaxConns: 1, Tracer: &trips})
	p, valuer := seed(t, store)
	reading := func(events int) int32 {
		before := trips.n.Load()
		require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			for range events {
				if err := tx.Security.Append(ctx, domain.CaseViewed(valuer.Actor(), p, "A second look.", noon)); err != nil {
					return err
				}
			}
			_, err := tx.Properties.Get(ctx, p.ID)
			return err
		}))
		return trips.n.Load() - before
	}
	reading(0) // prepares the statements
	assert.EqualValues(t, 2, reading(0), "BEGIN travels with the first statement")
	assert.EqualValues(t, 2, reading(2), "the log travels with COMMIT")
	require.Len(t, securityLog(t, store), 2)
}

func TestATransactionFailsWithItsSecurityLog(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 1})
	_, valuer := seed(t, store)
	require.Error(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		changed := valuer
		changed.Name = "Somebody Else"
		if err := tx.Users.Update(ctx, &changed); err != nil {
			return err
		}
		for _, id := range []domain.SecurityEventID{"", "no UUID"} {
			event := domain.SecurityBy(valuer.Actor(), domain.SecurityLogin, noon)
			event.ID = id
			if err := tx.Security.Append(ctx, event); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Empty(t, securityLog(t, store), "the connection is free, and nothing is logged")
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		got, err := tx.Users.Get(ctx, valuer.ID)
		assert.Equal(t, valuer.Name, got.Name)
		return err
	}))
}

func securityLog(t *testing.T, store *postgres.Store) (events []domain.SecurityEvent) {
	t.Helper()
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		found, err := tx.Security.List(ctx, domain.SecurityFilter{}, domain.Page{Limit: 10})
		events = found.Items
		return err
	}))
	return events
}
