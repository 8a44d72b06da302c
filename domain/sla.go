package domain

import (
	"slices"
	"time"
)

// Service level: a decision within SLATarget of submission, around the clock.
const (
	SLATarget = 5 * time.Hour
	slaSoon   = 3 * time.Hour
	slaUrgent = 1 * time.Hour
)

// SLALevel is how pressing a case is.
type SLALevel string

// The levels, from calm to late.
const (
	SLANormal   SLALevel = "NORMAL"
	SLASoon     SLALevel = "SOON"     // less than 3 h remain
	SLAUrgent   SLALevel = "URGENT"   // less than 1 h remains
	SLABreached SLALevel = "BREACHED" // past due
)

// SLALevels lists every level, from calm to late.
var SLALevels = []SLALevel{SLANormal, SLASoon, SLAUrgent, SLABreached}

// SLAClock measures the time since submission, without the time spent waiting for the
// owner. The zero value is a clock that has not started.
type SLAClock struct {
	StartedAt time.Time
	PausedAt  time.Time     // zero while it runs
	Paused    time.Duration // total of the pauses that ended
	StoppedAt time.Time     // zero until the decision
	// Alerted is the last level of which valuers and supervisors were alerted.
	Alerted SLALevel
}

// Running reports whether time is counting.
func (c SLAClock) Running() bool {
	return !c.StartedAt.IsZero() && c.PausedAt.IsZero() && c.StoppedAt.IsZero()
}

// Start starts the clock once; starting it again changes nothing.
func (c *SLAClock) Start(now time.Time) {
	if c.StartedAt.IsZero() {
		c.StartedAt, c.Alerted = now, SLANormal
	}
}

// Pause pauses a running clock.
func (c *SLAClock) Pause(now time.Time) {
	if c.Running() {
		c.PausedAt = now
	}
}

// Resume ends a pause.
func (c *SLAClock) Resume(now time.Time) {
	if !c.PausedAt.IsZero() && c.StoppedAt.IsZero() {
		c.Paused += max(0, now.Sub(c.PausedAt))
		c.PausedAt = time.Time{}
	}
}

// Stop ends the clock for good.
func (c *SLAClock) Stop(now time.Time) {
	if c.StartedAt.IsZero() || !c.StoppedAt.IsZero() {
		return
	}
	c.Resume(now)
	c.StoppedAt = now
}

// Elapsed returns the time counted until now.
func (c SLAClock) Elapsed(now time.Time) time.Duration {
	if c.StartedAt.IsZero() {
		return 0
	}
	end := now
	switch {
	case !c.StoppedAt.IsZero():
		end = c.StoppedAt
	case !c.PausedAt.IsZero():
		end = c.PausedAt
	}
	return max(0, end.Sub(c.StartedAt)-c.Paused)
}

// Remaining returns the time left until the case is due; negative once it is late.
func (c SLAClock) Remaining(now time.Time) time.Duration { return SLATarget - c.Elapsed(now) }

// DueAt returns when the case is due, pauses so far included. While the clock is paused it
// moves with now. It is zero for a clock that has not started.
func (c SLAClock) DueAt(now time.Time) time.Time {
	if c.StartedAt.IsZero() {
		return time.Time{}
	}
	due := c.StartedAt.Add(SLATarget + c.Paused)
	if !c.PausedAt.IsZero() {
		due = due.Add(max(0, now.Sub(c.PausedAt)))
	}
	return due
}

// Level returns how pressing the case is.
func (c SLAClock) Level(now time.Time) SLALevel {
	switch left := c.Remaining(now); {
	case left < 0:
		return SLABreached
	case left < slaUrgent:
		return SLAUrgent
	case left < slaSoon:
		return SLASoon
	}
	return SLANormal
}

// Escalate returns the level of which valuers and supervisors must be alerted now, and reports
// whether there is one. It returns each level at most once, and none that is below the last, e.g.
// on a server whose clock is behind.
func (c *SLAClock) Escalate(now time.Time) (SLALevel, bool) {
	level := c.Level(now)
	if !c.Running() || slices.Index(SLALevels, level) <= slices.Index(SLALevels, c.Alerted) {
		return "", false
	}
	c.Alerted = level
	return level, true
}
