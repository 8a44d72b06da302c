package memory

import (
	"sync"
	"time"

	"github.com/propflow/propflow/ports"
)

// Clock is a ports.Clock whose time changes only by Advance and Set.
type Clock struct {
	mu       sync.Mutex
	now      time.Time
	sleepers map[*sleeper]struct{}
}

type sleeper struct {
	at   time.Time
	wake chan time.Time
}

// NewClock returns a clock set to the given time.
func NewClock(now time.Time) *Clock {
	return &Clock{now: now.UTC(), sleepers: make(map[*sleeper]struct{})}
}

// Now implements ports.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock by d and fires the alarms that became due.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(c.now.Add(d))
}

// Set sets the clock to another time and fires the alarms that became due.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(now.UTC())
}

func (c *Clock) set(now time.Time) {
	c.now = now
	for s := range c.sleepers {
		if !s.at.After(now) {
			s.wake <- now
			delete(c.sleepers, s)
		}
	}
}

// alarm returns a channel that gets the time once it is at or past t, and a function that
// cancels it.
func (c *Clock) alarm(t time.Time) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &sleeper{at: t, wake: make(chan time.Time, 1)}
	if !t.After(c.now) {
		s.wake <- c.now
		return s.wake, func() {}
	}
	c.sleepers[s] = struct{}{}
	return s.wake, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.sleepers, s)
	}
}

// wallClock is a ports.Clock that reads the system clock.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now().UTC() }

// alarmOf sets an alarm on any clock. Only a *Clock has alarms of its own; any other clock
// is taken to run at the speed of the system clock.
func alarmOf(clock ports.Clock, t time.Time) (<-chan time.Time, func()) {
	if c, ok := clock.(interface {
		alarm(t time.Time) (<-chan time.Time, func())
	}); ok {
		return c.alarm(t)
	}
	timer := time.NewTimer(t.Sub(clock.Now()))
	return timer.C, func() { timer.Stop() }
}
