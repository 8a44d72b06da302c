package portstest

import (
	"bytes"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/ports"
)

// Clock checks a ports.Clock.
func Clock(t *testing.T, open func(t *testing.T) ports.Clock) {
	t.Run("tells the time in UTC and never runs back", func(t *testing.T) {
		t.Parallel()
		clock := open(t)
		last := clock.Now()
		require.Equal(t, time.UTC, last.Location())
		require.Greater(t, last.Year(), 2020)
		for range 1000 {
			next := clock.Now()
			require.False(t, next.Before(last))
			last = next
		}
	})
}

var uuid7Pattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// IDs checks a ports.IDs.
func IDs(t *testing.T, open func(t *testing.T) ports.IDs) {
	t.Run("makes rising UUIDv7", func(t *testing.T) {
		t.Parallel()
		generator := open(t)
		last := ""
		for range 5000 {
			id := generator.New()
			require.Regexp(t, uuid7Pattern, id)
			require.Greater(t, id, last, "later ids sort behind earlier ones")
			last = id
		}
	})
	t.Run("makes none twice", func(t *testing.T) {
		t.Parallel()
		generator := open(t)
		made := make([][]string, racers)
		race(racers, func(i int) error {
			for range 1000 {
				made[i] = append(made[i], generator.New())
			}
			return nil
		})
		all := slices.Concat(made...)
		slices.Sort(all)
		require.Len(t, slices.Compact(all), racers*1000)
		for _, mine := range made {
			require.True(t, slices.IsSorted(mine))
		}
	})
}

// Entropy checks a ports.Entropy. It cannot check that the bytes are unpredictable, only that
// they look random.
func Entropy(t *testing.T, open func(t *testing.T) ports.Entropy) {
	t.Run("makes as many bytes as asked for", func(t *testing.T) {
		t.Parallel()
		for _, n := range []int{0, 1, 6, 32, 4096} {
			require.Len(t, open(t).Bytes(n), n)
		}
	})
	t.Run("repeats nothing", func(t *testing.T) {
		t.Parallel()
		source := open(t)
		drawn := make([][]byte, racers)
		race(racers, func(i int) error {
			drawn[i] = source.Bytes(16)
			return nil
		})
		for i, a := range drawn {
			for _, b := range drawn[:i] {
				require.False(t, bytes.Equal(a, b))
			}
		}
		clear(drawn[0]) // the bytes belong to the caller
		require.NotEqual(t, drawn[0], source.Bytes(16))
	})
	t.Run("uses every bit evenly", func(t *testing.T) {
		t.Parallel()
		const n = 1 << 14
		counts := make([]int, 8)
		for _, b := range open(t).Bytes(n) {
			for bit := range counts {
				counts[bit] += int(b >> bit & 1)
			}
		}
		for _, ones := range counts {
			require.InDelta(t, n/2, ones, n/20) // 12 standard deviations
		}
	})
}
