package capacity_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/programs/capacity"
)

func plans() []capacity.Plan {
	var all []capacity.Plan
	for _, perDay := range []float64{100, 10_000, 1_000_000} {
		all = append(all, capacity.For(perDay, capacity.AsMeasured, capacity.Usual, capacity.Listed))
	}
	return all
}

func TestThePageTellsThePlan(t *testing.T) {
	t.Parallel()
	const page, begin, end = "../../../docs/capacity-plan.md", "<!-- plan -->\n", "<!-- /plan -->"
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	current, after, found := strings.Cut(rest, end)
	require.True(t, found)
	want := capacity.Tables(plans())
	if os.Getenv("PROPFLOW_UPDATE") != "" {
		require.NoError(t, os.WriteFile(page, []byte(before+begin+want+end+after), 0o600))
		return
	}
	assert.Equal(t, want, current, "PROPFLOW_UPDATE=1 go test ./tests/programs/capacity")
}

func TestMoreSubmissionsTakeMore(t *testing.T) {
	t.Parallel()
	small, middle, large := plans()[0], plans()[1], plans()[2]
	assert.Equal(t, 2, small.APITasks, "never less than two, in two zones")
	assert.Equal(t, "db.t3.small", small.Database.Name)
	assert.InDelta(t, 100*small.FilesGB, middle.FilesGB, 1e-6)
	for _, pair := range [][2]capacity.Plan{{small, middle}, {middle, large}} {
		assert.Less(t, pair[0].Total(), pair[1].Total())
		assert.Greater(t, pair[0].Total()/pair[0].PerDay, pair[1].Total()/pair[1].PerDay, "each gets cheaper")
		assert.LessOrEqual(t, pair[0].APITasks, pair[1].APITasks)
	}
	for _, p := range plans() {
		assert.LessOrEqual(t, p.API, float64(p.APITasks)*p.APICores*capacity.Usual.Busy)
		assert.LessOrEqual(t, p.Worker, float64(p.WorkerTasks)*capacity.Usual.Busy)
		assert.LessOrEqual(t, p.Postgres, p.Database.Cores*capacity.Usual.Busy)
	}
}

func TestBeyondTheLargestInstanceThereIsNone(t *testing.T) {
	t.Parallel()
	plan := capacity.For(1e9, capacity.AsMeasured, capacity.Usual, capacity.Listed)
	assert.Equal(t, capacity.Listed.Databases[len(capacity.Listed.Databases)-1], plan.Database)
	assert.Greater(t, plan.Postgres, plan.Database.Cores)
}
