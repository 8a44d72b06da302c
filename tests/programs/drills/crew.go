package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// crew does one journey after the other, several at once.
type crew struct {
	world    *world
	next     atomic.Int64 // journey
	cancel   context.CancelFunc
	stopping chan struct{} // closed when no further journey may begin
	writers  sync.WaitGroup

	mu       sync.Mutex
	harmed   time.Time // zero before
	halting  bool      // journeys that began before the harm must end
	finished []time.Time
	broken   int // journeys that the harm ended
	missed   int // owners whose stream did not announce their report
	news     chan struct{}
}

func newCrew(w *world) *crew {
	return &crew{world: w, stopping: make(chan struct{}), news: make(chan struct{})}
}

// start starts the writers.
func (c *crew) start(ctx context.Context) {
	ctx, c.cancel = context.WithCancel(ctx)
	for range c.world.writers {
		c.writers.Go(func() {
			for ctx.Err() == nil && !c.stopped() {
				c.once(ctx, int(c.next.Add(1)))
			}
		})
	}
}

func (c *crew) stopped() bool {
	select {
	case <-c.stopping:
		return true
	default:
		return false
	}
}

// stop returns when every writer has finished its journey. None begins another.
func (c *crew) stop() {
	if !c.stopped() {
		close(c.stopping)
	}
	c.writers.Wait()
}

// dismiss ends all journeys at once.
func (c *crew) dismiss() {
	if c.cancel != nil {
		c.cancel()
	}
	c.stop()
}

// once does one journey and records how it ended.
func (c *crew) once(ctx context.Context, number int) {
	began := time.Now()
	j := &journeyRunner{world: c.world, number: number, began: began}
	err := j.run(ctx)
	c.mu.Lock()
	harmed := !c.harmed.IsZero()
	interrupted := err != nil && c.halting && began.Before(c.harmed)
	switch {
	case err == nil:
		c.finished = append(c.finished, began)
	case interrupted:
		c.broken++
	}
	close(c.news)
	c.news = make(chan struct{})
	c.mu.Unlock()
	switch {
	case err == nil || ctx.Err() != nil:
	case errors.Is(err, errLogin) && harmed, interrupted && expected(err):
		select { // logins may fail for a while: not the next at once
		case <-time.After(pause):
		case <-ctx.Done():
		}
	default:
		c.world.blame("every journey comes to its end", fmt.Sprintf("journey %d: %v", number, err))
	}
}

// expected reports whether a journey may fail with this error because its database was set
// back: it was halted, or what it relies on is lost, so that the server refuses the request.
func expected(err error) bool {
	var problem *propflow.ProblemError
	return errors.Is(err, errHalted) || errors.As(err, &problem) && problem.Problem.Status < http.StatusInternalServerError
}

// harm records that the harm is done now. From now on logins may fail for a while and, if
// halting, journeys under way end after their current step. It returns the moment.
func (c *crew) harm(halting bool) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.harmed, c.halting = time.Now(), halting
	return c.harmed
}

// halted reports whether a journey that began at this time must end.
func (c *crew) halted(began time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.halting && began.Before(c.harmed)
}

func (c *crew) miss() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missed++
}

// await returns once n journeys that began after a moment are finished.
func (c *crew) await(ctx context.Context, n int, after time.Time) error {
	for {
		c.mu.Lock()
		count, news := 0, c.news
		for _, began := range c.finished {
			if !began.Before(after) {
				count++
			}
		}
		c.mu.Unlock()
		if count >= n {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return fmt.Errorf("only %d of %d journeys were finished: %w", count, n, ctx.Err())
		}
	}
}

// idle waits 50 to 150 ms, as people do between two steps.
func idle(ctx context.Context) {
	select {
	case <-time.After(50*time.Millisecond + rand.N(100*time.Millisecond)):
	case <-ctx.Done():
	}
}
