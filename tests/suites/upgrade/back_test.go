package upgrade_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
	"github.com/propflow/propflow/tests/kit/snapshot"
)

// TestTheWayBackKeepsWhatTheReleaseBeforeStored lets the present release work, and then goes back to
// the schema of the release before.
func TestTheWayBackKeepsWhatTheReleaseBeforeStored(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	s.releaseWhatStaffHaveWhoLeft(ctx, t)
	t.Run("the present release works", func(t *testing.T) { // and ends
		s.run(ctx, t)
		supervisor := s.staff(ctx, t, "+919800000004")
		c := &people{stage: s, t: t, name: "submitted-unannounced", valuer: s.staff(ctx, t, "+919800000002"), supervisor: supervisor}
		var owner, rupee string
		require.NoError(t, s.database.QueryRow(ctx, "SELECT id::text, owner_id::text FROM properties WHERE external_ref = $1", c.name).Scan(&c.id, &owner))
		c.owner = s.as(ctx, t, domain.UserID(owner))
		c.decide(ctx)
		require.NoError(t, s.database.QueryRow(ctx, "SELECT id::text FROM comparables WHERE price = 1").Scan(&rupee))
		withdrawn := supervisor.post(ctx, t, "/comparables/"+rupee+"/withdrawal", plain.Object{"reason": "Nobody sells a home for a rupee."})
		require.NoError(t, withdrawn.Err())
		s.idle(ctx, t)
	})

	m, err := postgres.OpenMigrations(s.vars["DATABASE_URL"])
	require.NoError(t, err)
	defer m.Close()
	_, err = m.Down(ctx, s.Schema)
	require.NoError(t, err)
	conn, err := pgx.Connect(ctx, s.vars["DATABASE_URL"])
	require.NoError(t, err)
	defer conn.Close(ctx)
	tables, err := snapshot.Tables(ctx, conn)
	require.NoError(t, err)
	require.Len(t, tables, len(s.Tables))
	for i, before := range s.Tables {
		assert.Equal(t, before.Columns, tables[i].Columns, before.Name)
		if slices.Contains([]string{"users", "consents", "challenges", "comparables", "valuations", "settings", "audit_entries", "steps"}, before.Name) {
			assert.Subset(t, slices.Collect(strings.Lines(string(tables[i].Rows))), slices.Collect(strings.Lines(string(before.Rows))), before.Name)
		}
	}
}
