package system_test

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
)

func TestClockTellsStorableUTC(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Microsecond)
	now := system.Clock{}.Now()
	assert.False(t, now.Before(before), "the clock is behind")
	assert.False(t, now.After(time.Now()), "the clock is ahead")
	assert.Equal(t, time.UTC, now.Location())
	assert.Equal(t, time.UnixMicro(now.UnixMicro()).UTC(), now, "a store that keeps microseconds returns the very same value")
}

func TestIDsAreOrderedUUIDv7(t *testing.T) {
	t.Parallel()
	var made []string
	for range 10_000 {
		made = append(made, system.IDs{}.New())
	}
	assert.True(t, slices.IsSorted(made), "later ids sort behind earlier ones")
	assert.Len(t, slices.Compact(made), 10_000)
	id, err := uuid.Parse(made[0])
	require.NoError(t, err)
	assert.Equal(t, uuid.Version(7), id.Version())
	assert.Equal(t, uuid.RFC4122, id.Variant())
	assert.Equal(t, made[0], id.String(), "canonical form")
	seconds, _ := id.Time().UnixTime()
	assert.InDelta(t, time.Now().Unix(), seconds, 60, "the id tells when it was made")
}

func TestIDsAreUniqueAcrossGoroutines(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 1000
	made := make([][]string, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				made[w] = append(made[w], system.IDs{}.New())
			}
		})
	}
	wg.Wait()
	all := slices.Concat(made...)
	slices.Sort(all)
	assert.Len(t, slices.Compact(all), workers*each)
}

func TestEntropyIsUnpredictable(t *testing.T) {
	t.Parallel()
	assert.Empty(t, system.Entropy{}.Bytes(0))
	a, b := system.Entropy{}.Bytes(4096), system.Entropy{}.Bytes(4096)
	assert.Len(t, a, 4096)
	assert.False(t, bytes.Equal(a, b))
	ones := 0
	for _, v := range a {
		for ; v != 0; v &= v - 1 {
			ones++
		}
	}
	// 32768 fair bits: 16384 ± 8 standard deviations of 90.5.
	assert.InDelta(t, 16384, ones, 724, "half of the bits are set")
}
