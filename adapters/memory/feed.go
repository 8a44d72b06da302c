package memory

import (
	"context"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Feed is a ports.EventFeed that keeps the newest events of a Store.
type Feed struct {
	clock  ports.Clock
	faults *Faults
	retain int

	mu      sync.Mutex
	events  []domain.Event // oldest first, ids rising
	dropped bool           // whether older ones were discarded
	count   uint64
	last    int64         // the newest id's milliseconds
	grown   chan struct{} // closed when an event arrives
}

func newFeed(clock ports.Clock, faults *Faults, retain int) *Feed {
	return &Feed{clock: clock, faults: faults, retain: retain, grown: make(chan struct{})}
}

// publish gives the events their ids, in order.
func (f *Feed) publish(events []domain.Event) {
	if len(events) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = max(f.last, f.clock.Now().UnixMilli())
	for _, e := range events {
		f.count++
		e.ID = domain.EventID(uuid7(f.last, f.count))
		f.events = append(f.events, e)
	}
	if len(f.events) > 2*f.retain { // seldom, so that it costs little on average
		f.events = slices.Clone(f.kept())
		f.dropped = true
	}
	close(f.grown)
	f.grown = make(chan struct{})
}

// kept returns the events that Since can still return, the newest f.retain.
func (f *Feed) kept() []domain.Event { return f.events[max(0, len(f.events)-f.retain):] }

// Newest implements ports.EventFeed.
func (f *Feed) Newest(ctx context.Context) (domain.EventID, error) {
	if err := f.faults.outside(ctx, "EventFeed.Newest"); err != nil {
		return "", err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.newest(), nil
}

func (f *Feed) newest() domain.EventID {
	if len(f.events) == 0 {
		return ""
	}
	return f.events[len(f.events)-1].ID
}

// Since implements ports.EventFeed. If events may be missing it returns none, because the
// caller has to start again from Newest anyway.
func (f *Feed) Since(ctx context.Context, after domain.EventID, limit int) ([]domain.Event, bool, error) {
	if err := f.faults.outside(ctx, "EventFeed.Since"); err != nil {
		return nil, false, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.kept()
	from := sort.Search(len(kept), func(i int) bool { return kept[i].ID >= after })
	switch {
	case after == "" && (f.dropped || len(kept) < len(f.events)):
		return nil, true, nil
	case after == "":
	case from == len(kept) || kept[from].ID != after:
		return nil, true, nil
	default:
		from++
	}
	next := slices.Clone(kept[from:min(len(kept), from+max(0, limit))])
	for i := range next {
		next[i] = copyEvent(next[i])
	}
	return next, false, nil
}

// Wait implements ports.EventFeed.
func (f *Feed) Wait(ctx context.Context, after domain.EventID) error {
	if err := f.faults.outside(ctx, "EventFeed.Wait"); err != nil {
		return err
	}
	for {
		f.mu.Lock()
		newest, grown := f.newest(), f.grown
		f.mu.Unlock()
		if newest > after {
			return nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// forget discards at most limit of the oldest events from before a time, once the unit commits.
func (f *Feed) forget(u *unit, before time.Time, limit int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for n < min(limit, len(f.events)) && f.events[n].At.Before(before) {
		n++
	}
	u.afterCommit(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.events, f.dropped = slices.Clone(f.events[n:]), f.dropped || n > 0
	})
	return n
}

func copyEvent(e domain.Event) domain.Event {
	e.Roles = slices.Clone(e.Roles)
	return e
}
