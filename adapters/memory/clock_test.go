package memory_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
)

func TestAClockShowsWhatItIsTold(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.March, 1, 10, 0, 0, 0, time.FixedZone("IST", 19800))
	clock := memory.NewClock(start)
	require.Equal(t, start.UTC(), clock.Now())
	clock.Advance(time.Hour)
	require.Equal(t, start.UTC().Add(time.Hour), clock.Now())
	clock.Set(start)
	require.Equal(t, start.UTC(), clock.Now())
}

func TestIDsRiseThoughTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	clock := memory.NewClock(time.Now())
	ids := memory.NewIDs(clock)
	first := ids.New()
	clock.Advance(-time.Hour)
	second := ids.New()
	clock.Advance(2 * time.Hour)
	require.Greater(t, second, first)
	require.Greater(t, ids.New(), second)
}

func TestForTestIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	one, two := memory.ForTest(), memory.ForTest()
	require.Equal(t, one.IDs.New(), two.IDs.New())
	require.Equal(t, one.Entropy.Bytes(8), two.Entropy.Bytes(8))
	require.Equal(t, one.Clock.Now(), two.Clock.Now())
}
