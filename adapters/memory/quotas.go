package memory

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Quotas is a ports.Quotas.
type Quotas struct {
	faults *Faults
	mu     sync.Mutex
	uses   *expiring[string, uses]
}

// uses are the times of the uses of one key, newest first.
type uses struct {
	times []time.Time
	ends  time.Time
}

// NewQuotas returns Quotas of which nothing is used. faults may be nil.
func NewQuotas(faults *Faults) *Quotas {
	return &Quotas{faults: faults, uses: newExpiring[string](func(u uses, now time.Time) bool { return !now.Before(u.ends) })}
}

// Take implements ports.Quotas.
func (q *Quotas) Take(ctx context.Context, key string, rates []domain.Rate, now time.Time) (ports.Quota, error) {
	if err := q.faults.outside(ctx, "Quotas.Take"); err != nil {
		return ports.Quota{}, err
	}
	return q.count(key, rates, now, false), nil
}

// Add implements ports.Quotas.
func (q *Quotas) Add(ctx context.Context, key string, rates []domain.Rate, now time.Time) (ports.Quota, error) {
	if err := q.faults.outside(ctx, "Quotas.Add"); err != nil {
		return ports.Quota{}, err
	}
	return q.count(key, rates, now, true), nil
}

// GiveBack implements ports.Quotas.
func (q *Quotas) GiveBack(ctx context.Context, key string, at time.Time) error {
	if err := q.faults.outside(ctx, "Quotas.GiveBack"); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	had := q.uses.held[key]
	if i := slices.IndexFunc(had.times, at.Equal); i >= 0 {
		had.times = slices.Delete(slices.Clone(had.times), i, i+1)
		q.uses.held[key] = had
	}
	return nil
}

func (q *Quotas) count(key string, rates []domain.Rate, now time.Time, always bool) ports.Quota {
	q.mu.Lock()
	defer q.mu.Unlock()
	had, _ := q.uses.get(key, now)
	if len(had.times) > 0 && had.times[0].After(now) {
		now = had.times[0] // another process's clock is ahead
	}
	var state ports.Quota
	for _, r := range rates {
		if r.Most <= len(had.times) {
			state.Wait = max(state.Wait, had.times[r.Most-1].Add(r.Window).Sub(now))
		}
	}
	if state.Wait <= 0 || always {
		keep, longest := 0, time.Duration(0)
		for _, r := range rates {
			keep, longest = max(keep, r.Most), max(longest, r.Window)
		}
		had.times = slices.Insert(slices.Clone(had.times), 0, now)
		had.times, had.ends = had.times[:min(keep, len(had.times))], now.Add(longest)
		q.uses.put(key, had, now)
		state = ports.Quota{At: now}
	}
	for _, r := range rates {
		n := 0
		for n < min(r.Most, len(had.times)) && had.times[n].Add(r.Window).After(now) {
			n++
		}
		state.Used = max(state.Used, 100*n/r.Most)
	}
	return state
}
