package memory

import (
	"context"
	"sync"
	"time"

	"github.com/propflow/propflow/ports"
)

// RateLimiter is a ports.RateLimiter: a bucket of limit tokens that refills evenly over the
// window (generic cell rate algorithm, ITU-T I.371).
type RateLimiter struct {
	faults *Faults
	mu     sync.Mutex
	whole  *expiring[string, time.Time] // when each key's bucket is full again
}

// NewRateLimiter returns a RateLimiter that has seen no request. faults may be nil.
func NewRateLimiter(faults *Faults) *RateLimiter {
	return &RateLimiter{faults: faults, whole: newExpiring[string](func(at, now time.Time) bool { return !at.After(now) })}
}

// Allow implements ports.RateLimiter.
func (l *RateLimiter) Allow(ctx context.Context, key string, limit int, window time.Duration, now time.Time) (ports.RateLimit, error) {
	if err := l.faults.outside(ctx, "RateLimiter.Allow"); err != nil {
		return ports.RateLimit{}, err
	}
	if limit < 1 {
		return ports.RateLimit{ResetAfter: window}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	interval := window / time.Duration(limit)
	whole, ok := l.whole.get(key, now)
	if !ok {
		whole = now
	}
	next := whole.Add(interval)
	if over := next.Sub(now) - interval*time.Duration(limit); over > 0 {
		return ports.RateLimit{Limit: limit, ResetAfter: over}, nil
	}
	l.whole.put(key, next, now)
	return ports.RateLimit{
		Allowed: true, Limit: limit, ResetAfter: next.Sub(now),
		Remaining: limit - int((next.Sub(now)+interval-1)/interval),
	}, nil
}
