package portstest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Quotas checks a ports.Quotas. open returns one that has counted nothing.
func Quotas(t *testing.T, open func(t *testing.T) ports.Quotas) {
	for name, check := range map[string]func(t *testing.T, q *quotas){
		"keeps every rate":                    keepsEveryRate,
		"is exact in every window":            exactInEveryWindow,
		"a refused use counts nowhere":        refusedCountsNowhere,
		"says how long to wait":               waitsExactly,
		"counts beyond the rates if asked to": addsBeyond,
		"gives back":                          givesBack,
		"reports the used part":               reportsUsed,
		"keys are separate":                   quotaKeysAreSeparate,
		"a clock behind another":              clockBehind,
		"racing uses are counted":             racingUsesCount,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &quotas{t: t, Quotas: open(t), start: now()})
		})
	}
}

type quotas struct {
	ports.Quotas
	t     *testing.T
	start time.Time
}

var quotaRates = []domain.Rate{{Most: 1, Window: 30 * time.Second}, {Most: 10, Window: time.Hour}, {Most: 30, Window: 24 * time.Hour}}

func (q *quotas) take(key string, rates []domain.Rate, after time.Duration) ports.Quota {
	q.t.Helper()
	got, err := q.Take(q.t.Context(), key, rates, q.start.Add(after))
	require.NoError(q.t, err)
	return got
}

func keepsEveryRate(t *testing.T, q *quotas) {
	taken := 0
	for after := time.Duration(0); after < 24*time.Hour; after += 10 * time.Second {
		if q.take("key", quotaRates, after).Wait == 0 {
			taken++
		}
		if after == 9*30*time.Second || after == time.Hour-10*time.Second {
			require.Equal(t, 10, taken)
		}
	}
	require.Equal(t, 30, taken)
	require.Zero(t, q.take("key", quotaRates, 24*time.Hour).Wait)
}

func exactInEveryWindow(t *testing.T, q *quotas) {
	rates := []domain.Rate{{Most: 5, Window: time.Minute}}
	var times []time.Duration
	for after := time.Duration(0); after < 5*time.Minute; after += 700 * time.Millisecond {
		if q.take("key", rates, after).Wait == 0 {
			times = append(times, after)
		}
	}
	require.Len(t, times, 25)
	for i := range len(times) - 5 {
		require.GreaterOrEqual(t, times[i+5]-times[i], time.Minute)
	}
}

func refusedCountsNowhere(t *testing.T, q *quotas) {
	require.Zero(t, q.take("key", quotaRates, 0).Wait)
	for i := range 100 {
		require.Positive(t, q.take("key", quotaRates, time.Duration(i)*time.Millisecond).Wait)
	}
	for n := range 9 {
		require.Zero(t, q.take("key", quotaRates, time.Duration(n+1)*30*time.Second).Wait)
	}
}

func waitsExactly(t *testing.T, q *quotas) {
	got := q.take("key", quotaRates, 0)
	require.Equal(t, ports.Quota{At: q.start, Used: 100}, got)
	got = q.take("key", quotaRates, time.Second)
	require.Equal(t, ports.Quota{Wait: 29 * time.Second, Used: 100}, got)
	require.Positive(t, q.take("key", quotaRates, time.Second+got.Wait-time.Microsecond).Wait)
	require.Zero(t, q.take("key", quotaRates, time.Second+got.Wait).Wait)
}

func addsBeyond(t *testing.T, q *quotas) {
	rates := []domain.Rate{{Most: 2, Window: time.Minute}}
	for n := range 5 {
		got, err := q.Add(t.Context(), "key", rates, q.start.Add(time.Duration(n)*time.Second))
		require.NoError(t, err)
		require.Zero(t, got.Wait)
	}
	require.Equal(t, time.Minute-2*time.Second, q.take("key", rates, 5*time.Second).Wait, "until the last but one is a minute old")
}

func givesBack(t *testing.T, q *quotas) {
	rates := []domain.Rate{{Most: 2, Window: time.Minute}}
	first, second := q.take("key", rates, 0), q.take("key", rates, time.Second)
	require.Positive(t, q.take("key", rates, 2*time.Second).Wait)
	require.NoError(t, q.GiveBack(t.Context(), "key", first.At))
	require.Zero(t, q.take("key", rates, 3*time.Second).Wait)
	require.NoError(t, q.GiveBack(t.Context(), "key", first.At), "there is none any more")
	require.Equal(t, second.At.Add(time.Minute).Sub(q.start.Add(4*time.Second)), q.take("key", rates, 4*time.Second).Wait)
	require.NoError(t, q.GiveBack(t.Context(), "another", first.At))
}

func reportsUsed(t *testing.T, q *quotas) {
	rates := []domain.Rate{{Most: 10, Window: time.Minute}, {Most: 40, Window: time.Hour}}
	for n := range 10 {
		require.Equal(t, 10*(n+1), q.take("key", rates, 0).Used)
	}
	require.Equal(t, 100, q.take("key", rates, 0).Used)
	require.Equal(t, 27, q.take("key", rates, time.Minute).Used, "eleven of 40, one of 10")
}

func quotaKeysAreSeparate(t *testing.T, q *quotas) {
	require.Zero(t, q.take("one", quotaRates, 0).Wait)
	require.Zero(t, q.take("two", quotaRates, 0).Wait)
	require.Positive(t, q.take("one", quotaRates, 0).Wait)
}

func clockBehind(t *testing.T, q *quotas) {
	rates := []domain.Rate{{Most: 2, Window: time.Minute}}
	require.Zero(t, q.take("key", rates, time.Minute).Wait)
	behind := q.take("key", rates, 0)
	require.Equal(t, q.start.Add(time.Minute), behind.At)
	require.Positive(t, q.take("key", rates, 2*time.Minute-time.Microsecond).Wait)
	require.Zero(t, q.take("key", rates, 2*time.Minute).Wait)
}

func racingUsesCount(t *testing.T, q *quotas) {
	rates := []domain.Rate{{Most: limitOf, Window: limitWindow}}
	errs := race(5*limitOf, func(int) error {
		got, err := q.Take(t.Context(), "key", rates, q.start)
		if err == nil && got.Wait > 0 {
			return &domain.Error{Kind: domain.KindTooMany}
		}
		return err
	})
	require.Equal(t, limitOf, winners(t, errs, domain.KindTooMany))
}
