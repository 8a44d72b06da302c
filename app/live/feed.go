package live

import (
	"context"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/internal/cooldown"
	"github.com/propflow/propflow/ports"
)

const (
	// patience is how long the broker may take to answer.
	patience = 500 * time.Millisecond
	// pause is how long a broker that failed is not called again.
	pause = 2 * time.Second
	// glance is the interval at which waiting readers check whether the source is ahead of the
	// broker. All readers of a process share one check.
	glance = 500 * time.Millisecond
)

// Feed is a ports.EventFeed that reads the broker. It reads the source instead if the broker is
// down, does not know the reader's position, or lags behind. So the broker is never needed for
// correctness; it only saves work for the source.
type Feed struct {
	broker, source ports.EventFeed
	guard          *cooldown.Guard // of the broker

	mu     sync.Mutex
	looked time.Time      // when the source was last asked for its newest event
	newest domain.EventID // its last answer
}

// NewFeed returns the feed of a source whose events a Relay copies to the broker.
func NewFeed(broker, source ports.EventFeed) *Feed {
	return &Feed{
		broker: broker, source: source, guard: cooldown.New(patience, pause),
	}
}

// Newest implements ports.EventFeed. It asks the source, because the broker may lag: a reader
// that started from an older event would receive known events again. The broker is asked only if
// the source fails. Errors: those of the source.
func (f *Feed) Newest(ctx context.Context) (domain.EventID, error) {
	newest, err := f.source.Newest(ctx)
	if err == nil || ctx.Err() != nil {
		return newest, err
	}
	brokers := f.guard.Ask(ctx, func(ctx context.Context) (err error) {
		newest, err = f.broker.Newest(ctx)
		return err
	})
	if brokers != nil || newest == "" {
		return "", err
	}
	return newest, nil
}

// Since implements ports.EventFeed. An empty after, the beginning, is known to the source alone.
// Errors: those of the source.
func (f *Feed) Since(ctx context.Context, after domain.EventID, limit int) (events []domain.Event, gone bool, err error) {
	if after != "" {
		err := f.guard.Ask(ctx, func(ctx context.Context) (err error) {
			events, gone, err = f.broker.Since(ctx, after, limit)
			return err
		})
		if err == nil && !gone && (len(events) > 0 || !f.ahead(after)) {
			return events, false, nil
		}
	}
	return f.source.Since(ctx, after, limit)
}

// Wait implements ports.EventFeed. Errors: ctx's.
func (f *Feed) Wait(ctx context.Context, after domain.EventID) error {
	for {
		f.look(ctx)
		if f.ahead(after) {
			return nil
		}
		if !f.reachable(ctx) {
			return f.source.Wait(ctx, after)
		}
		turn, cancel := context.WithTimeout(ctx, glance)
		err := f.broker.Wait(turn, after)
		over := turn.Err() != nil
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !over:
			f.guard.Fail()
		}
	}
}

// reachable reports whether the broker answers, as far as is known. After its pause, it is tried
// again.
func (f *Feed) reachable(ctx context.Context) bool {
	return f.guard.Answers() || f.guard.Ask(ctx, func(ctx context.Context) error {
		_, err := f.broker.Newest(ctx)
		return err
	}) == nil
}

// look asks the source for its newest event, unless another reader has done so within glance.
func (f *Feed) look(ctx context.Context) {
	f.mu.Lock()
	due := time.Since(f.looked) >= glance
	if due {
		f.looked = time.Now()
	}
	f.mu.Unlock()
	if !due {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	newest, err := f.source.Newest(bounded)
	if err != nil {
		return // the next look may succeed
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.newest = newest
}

// ahead reports whether the source had an event after the given one when last asked.
func (f *Feed) ahead(after domain.EventID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.newest > after
}
