package main

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The people on both sides.
const (
	owner  = domain.UserID("01900000-0000-7000-8000-000000000001")
	valuer = domain.UserID("01900000-0000-7000-8000-000000000002")
)

// filled migrates the database at url and fills it with so many properties that wait for a
// review since the given time, each with two audit entries behind it. Databases that are
// filled alike are alike. It returns the properties' ids.
func filled(ctx context.Context, tb testing.TB, url string, properties int, since time.Time) []string {
	tb.Helper()
	require.NoError(tb, app.Migrate(ctx, config.Migrations{URL: url}, "up", io.Discard))
	store, err := postgres.Open(ctx, url, postgres.Options{MaxConns: 1})
	require.NoError(tb, err)
	defer store.Close()
	exemplar := submitted(since)
	require.NoError(tb, store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		for _, user := range []domain.User{
			domain.NewCustomer(owner, "+919800000001", since),
			{ID: valuer, Phone: "+919800000002", Name: "Asha", Role: domain.RoleValuer, Language: domain.English, CreatedAt: since},
		} {
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
		}
		return tx.Properties.Add(ctx, exemplar)
	}))
	conn, err := pgx.Connect(ctx, url)
	require.NoError(tb, err)
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, `INSERT INTO properties
		SELECT r.* FROM properties p, generate_series(1, $1::integer) n,
		LATERAL jsonb_populate_record(p, jsonb_build_object('id', md5(n::text)::uuid, 'reference', 'PF-20260101-' || lpad(n::text, 6, '0'),
			'submitted_at', p.submitted_at + n * interval '1 ms', 'sla_started_at', p.sla_started_at + n * interval '1 ms',
			'sla_due_at', p.sla_due_at + n * interval '1 ms', 'sla_alert_at', p.sla_alert_at + n * interval '1 ms')) r`, properties)
	require.NoError(tb, err)
	rows, err := conn.Query(ctx, `WITH gone AS (DELETE FROM properties WHERE id = $1),
		heads AS (INSERT INTO audit_heads SELECT id, 2, repeat('0', 64) FROM properties WHERE id <> $1)
		SELECT id::text FROM properties WHERE id <> $1 ORDER BY sla_due_at`, string(exemplar.ID))
	require.NoError(tb, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(tb, err)
	require.Len(tb, ids, properties)
	_, err = conn.Exec(ctx, `VACUUM (ANALYZE)`)
	require.NoError(tb, err)
	return ids
}

// submitted is a property as owners submit it.
func submitted(at time.Time) domain.Property {
	number := func(n int) *int { return &n }
	return domain.Property{
		ID: "01900000-0000-7000-8000-000000000003", OwnerID: owner, Reference: "PF-20260101-ZZZZZZ", ExternalRef: "LOS-2026-00817",
		Type: domain.Apartment, State: domain.Submitted, Salt: strings.Repeat("5a", 16),
		Details: domain.Details{
			Address: domain.Address{
				Line1: "12, 4th Cross", Line2: "Near the park", Locality: "Indiranagar", City: "Bengaluru", State: "Karnataka", Pincode: "560038",
			},
			AreaSqFt: 1250, Bedrooms: number(3), Bathrooms: number(2), Floor: number(4), YearBuilt: number(2014),
			Location: &domain.Location{Point: domain.Point{Lat: 12.9719, Lng: 77.6412}, AccuracyM: 12},
		},
		SLA:       domain.SLAClock{StartedAt: at, Alerted: domain.SLANormal},
		CreatedAt: at.Add(-time.Hour), UpdatedAt: at, SubmittedAt: at, Version: 2,
	}
}

// recorder keeps what is asked of PostgreSQL in order, on behalf of what only admits, but for the
// begin of transactions: the product asks about the session of its user in the same round trip,
// and the bare handler has one user without a session.
type recorder struct {
	only func(ctx context.Context) bool

	mu    sync.Mutex
	asked []string
}

// TraceQueryStart implements pgx.QueryTracer.
func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if r.only(ctx) && data.SQL != "-- ping" && data.SQL != "begin" && !strings.HasPrefix(data.SQL, "-- name: Standings ") {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked = append(r.asked, data.SQL)
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (r *recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer.
func (r *recorder) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	for _, q := range data.Batch.QueuedQueries {
		r.TraceQueryStart(ctx, conn, pgx.TraceQueryStartData{SQL: q.SQL})
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (*recorder) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (*recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// take returns what was asked since it was last called.
func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.asked
	r.asked = nil
	return taken
}
