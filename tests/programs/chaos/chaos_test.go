package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/stack"
)

// A few journeys, and each target breaks a few times. Seed 77 draws one that is valued, one
// that is valued after a follow-up, one that is returned before it is signed off and one that
// is rejected. Most of its minute it waits for jobs of killed workers, which River looks for
// every 30 s.
func TestNothingIsLostInASmallStorm(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{"--seed=77", "--journeys=4", "--photos=2", "--kills=1", "--faults=1", "--limit=5m"}, &out)
	servers.Require(t, err)
	require.NoError(t, err, out.String())
	for _, want := range []string{"seed", "acknowledged writes", "outages of postgres", "notifications", "nothing is wrong"} {
		assert.Contains(t, out.String(), want)
	}
	t.Log(out.String())
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--journeys=0"}, {"--photos=1"}, {"--kills=-1"}, {"--seed=x"}} {
		assert.Error(t, run(t.Context(), args, io.Discard), "%v", args)
	}
}

func TestTheSeedDecides(t *testing.T) {
	t.Parallel()
	o := options{journeys: 50, photos: 4, kills: 3, faults: 2}
	s := &stack.Stack{
		APIs: []stack.Part{{Name: "api-1", Way: new(servers.Way)}, {Name: "api-2", Way: new(servers.Way)}}, Workers: make([]stack.Part, 2),
		Postgres: stack.Part{Way: new(servers.Way)}, Redis: stack.Part{Way: new(servers.Way)}, S3: stack.Part{Way: new(servers.Way)},
	}
	random := func(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
	one, again, other := forecast(random(1), o, s), forecast(random(1), o, s), forecast(random(2), o, s)
	assert.Equal(t, one, again)
	assert.NotEqual(t, one, other)
	stories, redrawn := draw(random(1), o), draw(random(1), o)
	assert.Equal(t, stories, redrawn)
	for _, target := range forecast(random(3), o, s) {
		kills, last := 0, 0.0
		for _, outage := range target.outages {
			assert.GreaterOrEqual(t, outage.at, last)
			assert.Less(t, outage.at, 0.86)
			last = outage.at
			if outage.kind == "kill" || outage.kind == "kill all" {
				kills++
			}
		}
		assert.Equal(t, 3, kills, target.name)
		assert.Equal(t, target.parts[0].Way != nil, len(target.outages) == 5, target.name)
	}
	endings := make(map[ending]bool)
	o.journeys = 200
	for _, story := range draw(random(4), o) {
		endings[story.ending] = true
		assert.Greater(t, story.writes(), 10)
	}
	assert.Len(t, endings, 7)
}
