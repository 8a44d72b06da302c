package system

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// maxAfterwards bounds the work that is in flight, so that a flood of requests cannot use up
	// the memory.
	maxAfterwards = 1000
	// afterwardsTimeout bounds each piece of work.
	afterwardsTimeout = 15 * time.Second
)

var _ ports.Afterwards = (*Afterwards)(nil)

// Afterwards is a ports.Afterwards in goroutines.
type Afterwards struct {
	mu      sync.Mutex
	flight  int
	closed  bool
	drained chan struct{} // closed once closed and nothing is in flight
}

// NewAfterwards returns an Afterwards without work.
func NewAfterwards() *Afterwards { return &Afterwards{drained: make(chan struct{})} }

// Do implements ports.Afterwards.
func (a *Afterwards) Do(ctx context.Context, work func(ctx context.Context)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed || a.flight >= maxAfterwards {
		return domain.Unavailable("service", time.Second, errors.New("too much work waits, or the process ends"))
	}
	a.flight++
	go func() {
		defer a.done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterwardsTimeout)
		defer cancel()
		work(ctx)
	}()
	return nil
}

func (a *Afterwards) done() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.flight--; a.closed && a.flight == 0 {
		close(a.drained)
	}
}

// Close takes no more work and waits for what is in flight, until ctx ends. Only the first call may
// wait. Error: that of ctx.
func (a *Afterwards) Close(ctx context.Context) error {
	a.mu.Lock()
	if !a.closed {
		a.closed = true
		if a.flight == 0 {
			close(a.drained)
		}
	}
	a.mu.Unlock()
	select {
	case <-a.drained:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
