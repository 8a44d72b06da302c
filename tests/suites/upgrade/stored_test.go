package upgrade_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/snapshot"
)

// TestTheReleaseBeforeStoredWhatAnUpgradeMustKeep fails if a new snapshot lacks what the other
// tests rely on.
func TestTheReleaseBeforeStoredWhatAnUpgradeMustKeep(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	count := func(query string, args ...any) (n int) {
		t.Helper()
		require.NoError(t, s.database.QueryRow(ctx, "SELECT count(*) FROM "+query, args...).Scan(&n))
		return n
	}
	for _, state := range domain.States {
		assert.NotZero(t, count("properties WHERE state = $1", state), state)
	}
	for _, kind := range domain.PropertyTypes {
		assert.NotZero(t, count("properties WHERE state = 'DRAFT' AND type = $1", kind), kind)
	}
	for what, query := range map[string]string{
		"a returned valuation":                 "valuations WHERE status = 'RETURNED'",
		"a valuation without evidence":         "valuations WHERE rationale = '' AND comparables -> 'value' = '[]'",
		"a failed report":                      "valuations WHERE report_failed_at IS NOT NULL",
		"a sale of a rupee":                    "comparables WHERE price = 1",
		"a refused photo":                      "photos WHERE resolution = 'REFUSED'",
		"a photo that waits for its verdict":   "photos WHERE status = 'PROCESSING'",
		"a message that waits":                 "notifications WHERE status = 'PENDING'",
		"an unknown state":                     "properties WHERE region = 'Narnia'",
		"a pin without accuracy":               "properties WHERE accuracy_m = 0",
		"a pin accurate to 10 km":              "properties WHERE accuracy_m = 10000",
		"a claim of somebody who was disabled": "properties JOIN users ON users.id = claim_valuer_id AND users.disabled",
		"two owners with one reference":        "properties a JOIN properties b ON b.external_ref = a.external_ref AND b.owner_id > a.owner_id",
		"settings that now are too low":        "settings WHERE min_comparables < 3",
	} {
		assert.NotZero(t, count(query), what)
	}
}

// TestWhatIsStoredStaysWhole checks the rows and files after the first minute, and again once the jobs
// that waited are done.
func TestWhatIsStoredStaysWhole(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	var decided int
	require.NoError(t, s.database.QueryRow(ctx, "SELECT count(*) FROM properties WHERE state IN ('APPROVED', 'VALUED')").Scan(&decided))
	s.releaseWhatStaffHaveWhoLeft(ctx, t)
	assert.Equal(t, decided, s.check(ctx, t).EarlierRules, "what was decided before the gate is no fault")
	s.run(ctx, t)
	s.idle(ctx, t)
	for _, waiting := range []string{"photos WHERE status = 'PROCESSING'", "notifications WHERE status = 'PENDING'"} {
		var n int
		require.NoError(t, s.database.QueryRow(ctx, "SELECT count(*) FROM "+waiting).Scan(&n))
		assert.Zero(t, n, waiting)
	}
	assert.Equal(t, decided, s.check(ctx, t).EarlierRules)
}

// TestLandLosesRoomsOnlyAsADraft: the audit chain of a submitted case commits to its details.
func TestLandLosesRoomsOnlyAsADraft(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	const given = "type = 'LAND' AND num_nonnulls(bedrooms, bathrooms, floor, year_built) = "
	rows, err := s.database.Query(ctx, "SELECT external_ref FROM properties WHERE "+given+"4 ORDER BY external_ref")
	require.NoError(t, err)
	kept, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	assert.Equal(t, []string{"submitted-land", "valued-land"}, kept)
	var version int
	require.NoError(t, s.database.QueryRow(ctx, "SELECT version FROM properties WHERE external_ref = 'draft-land' AND "+given+"0").Scan(&version))
	assert.Equal(t, s.stored(t, "properties", "draft-land", "version")+1, version, "an edit of what was read before is refused")
	var others int
	require.NoError(t, s.database.QueryRow(ctx, "SELECT count(*) FROM properties WHERE state = 'DRAFT' AND type <> 'LAND' AND floor = 4").Scan(&others))
	assert.Equal(t, 4, others, "a home keeps its floor")
}

// stored returns a number that the release before stored in the row of a table that contains the
// word.
func (s *stage) stored(t *testing.T, table, word, column string) int {
	t.Helper()
	of := s.Tables[slices.IndexFunc(s.Tables, func(t snapshot.Table) bool { return t.Name == table })]
	for row := range strings.Lines(string(of.Rows)) {
		if values := strings.Split(strings.TrimSpace(row), "\t"); slices.Contains(values, word) {
			n, err := strconv.Atoi(values[slices.Index(of.Columns, column)])
			require.NoError(t, err)
			return n
		}
	}
	require.Fail(t, "there is no such row", "%s in %s", word, table)
	return 0
}
