package live

import (
	"context"
	"log/slog"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Broker is the feed that all replicas read and the Relay fills.
type Broker interface {
	ports.EventFeed
	// Publish appends those of the events that the broker does not have yet. If the broker has
	// events, but not the one named by after, it returns false and appends nothing, because
	// there would be a gap. Errors: KindUnavailable.
	Publish(ctx context.Context, after domain.EventID, events []domain.Event) (fits bool, err error)
	// Forget empties the broker if newest is its newest event. Errors: KindUnavailable.
	Forget(ctx context.Context, newest domain.EventID) error
}

// Lease elects one leader among the relays of all processes. There may be two for a moment.
type Lease interface {
	// Hold takes or renews the lease and reports whether this process holds it. Errors:
	// KindUnavailable.
	Hold(ctx context.Context) (bool, error)
	// Release gives up the lease. Errors: KindUnavailable.
	Release(ctx context.Context) error
}

const (
	// LeaseLasts is how long no process relays after a leader died. Meanwhile readers read the
	// source.
	LeaseLasts = 3 * time.Second
	// turn is how long a leader works before it renews its lease, and the interval at which
	// others try to take it.
	turn = time.Second
	// batch is the maximum number of events that are published in one call.
	batch = 500
)

// Relay copies events from the source to the broker, in order and without gaps. Any number of
// relays may run, and even copy, at the same time: the broker accepts an event once.
type Relay struct {
	Broker Broker
	Source ports.EventFeed
	Lease  Lease
	Log    *slog.Logger

	last    domain.EventID // the broker's newest event, if begun
	begun   bool
	failing bool
}

// Run relays while this process holds the lease, until ctx ends. It returns nil.
func (r *Relay) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		begin := time.Now()
		held, err := r.Lease.Hold(ctx)
		if err == nil && held {
			err = r.relay(ctx)
		}
		r.report(ctx, err)
		if err != nil || !held {
			r.begun = false
			rest(ctx, turn-time.Since(begin))
		}
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), turn)
	defer cancel()
	_ = r.Lease.Release(end) // an error does no harm: the lease expires
	return nil
}

// relay copies events for one turn.
func (r *Relay) relay(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, turn)
	defer cancel()
	err := r.begin(ctx)
	for err == nil && ctx.Err() == nil {
		err = r.step(ctx)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// begin finds the event from which to continue: the broker's newest one, or the source's if the
// broker is empty.
func (r *Relay) begin(ctx context.Context) (err error) {
	if r.begun {
		return nil
	}
	if r.last, err = r.Broker.Newest(ctx); err == nil && r.last == "" {
		r.last, err = r.Source.Newest(ctx)
	}
	r.begun = err == nil
	return err
}

// step publishes the next events, or waits for one. If the source no longer keeps the events
// after the broker's newest one, the broker is emptied and starts again from the source's newest
// event.
func (r *Relay) step(ctx context.Context) error {
	events, gone, err := r.Source.Since(ctx, r.last, batch)
	switch {
	case err != nil:
		return err
	case gone:
		if err := r.Broker.Forget(ctx, r.last); err != nil {
			return err
		}
		r.begun = false
		return r.begin(ctx)
	case len(events) == 0:
		return r.Source.Wait(ctx, r.last)
	}
	fits, err := r.Broker.Publish(ctx, r.last, events)
	switch {
	case err != nil:
		return err
	case !fits: // another relay has published, or the broker lost its newest events
		r.begun = false
		return r.begin(ctx)
	}
	r.last = events[len(events)-1].ID
	return nil
}

// report logs when relaying starts to fail and when it works again.
func (r *Relay) report(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
		return
	case err != nil && !r.failing:
		r.Log.WarnContext(ctx, "live events are not relayed: readers turn to the database", "error", err)
	case err == nil && r.failing:
		r.Log.InfoContext(ctx, "live events are relayed again")
	}
	r.failing = err != nil
}

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
