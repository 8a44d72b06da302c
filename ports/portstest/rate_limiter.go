package portstest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RateLimiter checks a ports.RateLimiter. It accepts limits that refill gradually and limits
// that reset at once. open returns one that has counted no request.
func RateLimiter(t *testing.T, open func(t *testing.T) ports.RateLimiter) {
	for name, check := range map[string]func(t *testing.T, l *limits){
		"allows limit requests, then none": allowsLimit,
		"allows again after ResetAfter":    allowsAfterReset,
		"is whole again after the window":  wholeAfterWindow,
		"keeps the rate in the long run":   keepsRate,
		"keys have limits of their own":    keysAreSeparate,
		"racing requests are counted":      racingRequestsCount,
		"a limit of 0 allows nothing":      zeroAllowsNothing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &limits{t: t, limiter: open(t), now: now()})
		})
	}
}

const (
	limitOf     = 5
	limitWindow = 15 * time.Minute
)

type limits struct {
	t       *testing.T
	limiter ports.RateLimiter
	now     time.Time
}

func (l *limits) allow(key string) ports.RateLimit {
	l.t.Helper()
	got, err := l.limiter.Allow(l.t.Context(), key, limitOf, limitWindow, l.now)
	require.NoError(l.t, err)
	require.Equal(l.t, limitOf, got.Limit)
	require.GreaterOrEqual(l.t, got.Remaining, 0)
	require.Positive(l.t, got.ResetAfter)
	require.LessOrEqual(l.t, got.ResetAfter, limitWindow)
	return got
}

// burst makes requests at the same time until one is refused, and returns how many were
// allowed.
func (l *limits) burst(key string) int {
	l.t.Helper()
	for n := range 10 * limitOf {
		if !l.allow(key).Allowed {
			return n
		}
	}
	require.Fail(l.t, "no request is refused")
	return 0
}

func allowsLimit(t *testing.T, l *limits) {
	for n := range limitOf {
		got := l.allow("key")
		require.True(t, got.Allowed)
		require.Equal(t, limitOf-1-n, got.Remaining)
	}
	for range 3 {
		got := l.allow("key")
		require.False(t, got.Allowed)
		require.Zero(t, got.Remaining)
	}
}

func allowsAfterReset(t *testing.T, l *limits) {
	l.burst("key")
	refused := l.allow("key")
	l.now = l.now.Add(refused.ResetAfter - time.Millisecond)
	require.False(t, l.allow("key").Allowed)
	l.now = l.now.Add(time.Millisecond)
	require.True(t, l.allow("key").Allowed)
}

func wholeAfterWindow(t *testing.T, l *limits) {
	l.burst("key")
	l.now = l.now.Add(limitWindow)
	require.Equal(t, limitOf, l.burst("key"))
}

func keepsRate(t *testing.T, l *limits) {
	const windows = 10
	allowed := 0
	for range windows * 100 {
		if l.allow("key").Allowed {
			allowed++
		}
		l.now = l.now.Add(limitWindow / 100)
	}
	require.InDelta(t, windows*limitOf, allowed, limitOf)
}

func keysAreSeparate(t *testing.T, l *limits) {
	require.Equal(t, limitOf, l.burst("one"))
	require.Equal(t, limitOf, l.burst("two"))
	require.Zero(t, l.burst("one"))
}

func racingRequestsCount(t *testing.T, l *limits) {
	errs := race(5*limitOf, func(int) error {
		got, err := l.limiter.Allow(t.Context(), "key", limitOf, limitWindow, l.now)
		if err == nil && !got.Allowed {
			return &domain.Error{Kind: domain.KindTooMany}
		}
		return err
	})
	require.Equal(t, limitOf, winners(t, errs, domain.KindTooMany))
}

func zeroAllowsNothing(t *testing.T, l *limits) {
	got, err := l.limiter.Allow(t.Context(), "key", 0, limitWindow, l.now)
	require.NoError(t, err)
	require.False(t, got.Allowed)
}
