package live

import (
	"context"
	"log/slog"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Broker is the feed that all replicas read, as the Relay fills it.
type Broker interface {
	ports.EventFeed
	// Publish appends those of the events that it does not hold yet. It reports false and
	// appends nothing where it holds events but not the one that the first follows. Errors:
	// KindUnavailable.
	Publish(ctx context.Context, after domain.EventID, events []domain.Event) (fits bool, err error)
	// Forget empties the broker if newest is its newest event. Errors: KindUnavailable.
	Forget(ctx context.Context, newest domain.EventID) error
}

// Lease names one leader among the relays of all processes, most of the time.
type Lease interface {
	// Hold takes or prolongs the lease and reports whether this process holds it. Errors:
	// KindUnavailable.
	Hold(ctx context.Context) (bool, error)
	// Release gives the lease up. Errors: KindUnavailable.
	Release(ctx context.Context) error
}

const (
	// LeaseLasts is how long after a leader died nobody relays; readers then hear from the
	// source.
	LeaseLasts = 3 * time.Second
	// turn is how long a leader works before it prolongs its lease, and how often others ask
	// for it.
	turn = time.Second
	// batch is how many events are published at once.
	batch = 500
)

// Relay copies events from the source to the broker, in order and without a gap. Any number
// of relays may run, and even relay, at once: the broker takes an event once.
type Relay struct {
	Broker Broker
	Source ports.EventFeed
	Lease  Lease
	Log    *slog.Logger

	last    domain.EventID // what the broker has, where begun
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
	_ = r.Lease.Release(end) // it runs out by itself
	return nil
}

// relay works for a turn.
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

// begin finds out where to go on: behind what the broker has, or behind the newest event
// where it has nothing.
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

// step publishes what came next, or waits for it. Where the source no longer knows what
// followed the broker's newest event, the broker begins afresh.
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
	case !fits: // another relay was there, or the broker lost its end
		r.begun = false
		return r.begin(ctx)
	}
	r.last = events[len(events)-1].ID
	return nil
}

// report logs when relaying begins to fail and when it works again.
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
