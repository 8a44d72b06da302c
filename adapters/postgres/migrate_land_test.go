package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

// TestLandDraftsLoseTheirRooms upgrades a database of the release before: more drafts than a
// batch, among others that keep what they have.
func TestLandDraftsLoseTheirRooms(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m, database := migrations(t, url), owner(t, url)
	_, err := m.Up(t.Context())
	require.NoError(t, err)
	fill(t, url) // users
	store := open(t, url, postgres.Options{MaxConns: 2})
	ids := map[string]domain.PropertyID{}
	for name, p := range map[string]domain.Property{
		"land":      {Type: domain.Land, State: domain.Draft},
		"house":     {Type: domain.House, State: domain.Draft},
		"withdrawn": {Type: domain.Land, State: domain.Withdrawn, DecidedAt: noon},
	} {
		p.ID, p.OwnerID, p.Salt, p.CreatedAt, p.UpdatedAt = domain.PropertyID(newID()), someone(t, database), "salt", noon, noon
		p.Details = domain.Details{AreaSqFt: 900, Bedrooms: new(3), Bathrooms: new(2), Floor: new(4), YearBuilt: new(2001)}
		ids[name] = p.ID
		require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, p) }))
	}
	_, err = m.Down(t.Context(), 19) // the store writes columns of the newest schema
	require.NoError(t, err)
	_, err = database.Exec(t.Context(), `
		INSERT INTO properties (id, owner_id, external_ref, type, state, salt, line1, line2, locality, city, region, pincode, floor,
			sla_paused, sla_alerted, sla_due_at, follow_ups, created_at, updated_at, version)
		SELECT gen_random_uuid(), owner_id, '', 'LAND', 'DRAFT', 'salt', '', '', '', '', '', '', 1,
			sla_paused, sla_alerted, sla_due_at, follow_ups, created_at, updated_at, 0
		FROM properties, generate_series(1, 1200) WHERE id = $1`, ids["land"])
	require.NoError(t, err)

	up, err := m.Up(t.Context())
	require.NoError(t, err)
	require.Equal(t, known(t, m)[len(known(t, m))-len(up):], up)
	require.Contains(t, up, int64(20))
	var left int
	require.NoError(t, database.QueryRow(t.Context(), `
		SELECT count(*) FROM properties
		WHERE type = 'LAND' AND state = 'DRAFT' AND (num_nonnulls(bedrooms, bathrooms, floor, year_built) > 0 OR version <> 1)`).Scan(&left))
	require.Zero(t, left)
	for name, id := range ids {
		p, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) (domain.Property, error) { return tx.Properties.Get(ctx, id) })
		require.NoError(t, err)
		require.Equal(t, 900, p.Details.AreaSqFt)
		require.Equal(t, noon, p.UpdatedAt, "nobody touched it")
		require.Equal(t, name != "land", p.Details.Floor != nil, name)
	}
}

// TestTheSettingsInForceBeginTheHistory upgrades a database whose settings were changed before
// there was a history, and then by a release that keeps none.
func TestTheSettingsInForceBeginTheHistory(t *testing.T) {
	t.Parallel()
	url := servers.Postgres(t)
	m, database := migrations(t, url), owner(t, url)
	_, err := m.Up(t.Context())
	require.NoError(t, err)
	fill(t, url)
	_, err = m.Down(t.Context(), 17)
	require.NoError(t, err)
	by := someone(t, database)
	_, err = database.Exec(t.Context(), `DELETE FROM settings`)
	require.NoError(t, err)
	_, err = database.Exec(t.Context(), `
		INSERT INTO settings (min_confidence, sign_off_amount, max_deviation_percent, min_comparables, search_radius_km,
			comparable_max_age_months, updated_at, updated_by, version)
		VALUES (60, 500000000, 20, 1, 5, 24, $1, $2, 7)`, noon, by)
	require.NoError(t, err)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	store := open(t, url, postgres.Options{MaxConns: 2})
	history := func() []domain.SettingsChange {
		changes, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) ([]domain.SettingsChange, error) {
			return tx.Settings.History(ctx, 1<<60, 10)
		})
		require.NoError(t, err)
		return changes
	}
	first := history()
	require.Len(t, first, 1)
	require.Nil(t, first[0].Before)
	require.Equal(t, int64(7), first[0].After.Version)
	require.Equal(t, by, first[0].After.UpdatedBy)
	require.Equal(t, 1, first[0].After.MinComparables, "as it was stored")

	_, err = database.Exec(t.Context(), `UPDATE settings SET min_confidence = 61, version = version + 1`)
	require.NoError(t, err)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		set, err := tx.Settings.Get(ctx)
		if err != nil {
			return err
		}
		set.MinConfidence = 62
		return tx.Settings.Update(ctx, &set)
	}))
	after := history()
	require.Len(t, after, 3)
	require.Equal(t, 62, after[0].After.MinConfidence)
	require.Equal(t, 61, after[0].Before.MinConfidence)
	require.Equal(t, 60, after[1].Before.MinConfidence)
}

func someone(t *testing.T, database interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}) domain.UserID {
	t.Helper()
	var id domain.UserID
	require.NoError(t, database.QueryRow(t.Context(), "SELECT id FROM users LIMIT 1").Scan(&id))
	return id
}
