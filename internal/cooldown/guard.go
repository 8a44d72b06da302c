package cooldown

import (
	"context"
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// ErrResting is returned for a question that was not asked because the server is being left
// alone.
var ErrResting = errors.New("cooldown: the server is left alone for a while")

// Guard asks one server on behalf of many callers. It may be used concurrently.
type Guard struct {
	patience time.Duration
	breaker  circuitbreaker.CircuitBreaker[any]
}

// New returns a guard that lets questions through until one fails. Patience bounds each
// question; rest is how long the server is left alone after one that failed.
func New(patience, rest time.Duration) *Guard {
	return &Guard{
		patience: patience,
		breaker:  circuitbreaker.NewBuilder[any]().WithFailureThreshold(1).WithDelay(rest).Build(),
	}
}

// Ask puts one question to the server, unless it is being left alone. After a rest a single
// question is let through as a trial. Errors: ErrResting, those of question.
func (g *Guard) Ask(ctx context.Context, question func(ctx context.Context) error) error {
	if !g.breaker.TryAcquirePermit() {
		return ErrResting
	}
	bounded, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	err := question(bounded)
	switch {
	case err == nil:
		g.breaker.RecordSuccess()
	// A caller who leaves proves nothing about the server, except that a trial of it did
	// not succeed: without a verdict the trial's permit would never be returned.
	case ctx.Err() == nil || !g.breaker.IsClosed():
		g.breaker.RecordFailure()
	}
	return err
}

// Answers reports whether the server answered the last question, or none was asked yet.
func (g *Guard) Answers() bool { return g.breaker.IsClosed() }

// Fail begins a rest after a failure that was not found by Ask.
func (g *Guard) Fail() { g.breaker.RecordFailure() }
