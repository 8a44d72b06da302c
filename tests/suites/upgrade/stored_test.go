package upgrade_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
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

// TestWhatIsStoredStaysWhole checks the rows and files before any process touched them, and again
// once the jobs that waited are done.
func TestWhatIsStoredStaysWhole(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	var decided int
	require.NoError(t, s.database.QueryRow(ctx, "SELECT count(*) FROM properties WHERE state IN ('APPROVED', 'VALUED')").Scan(&decided))
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
