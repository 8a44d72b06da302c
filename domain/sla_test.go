package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func running() domain.SLAClock {
	var c domain.SLAClock
	c.Start(t0)
	return c
}

func TestSLALevelsAtTheirEdges(t *testing.T) {
	t.Parallel()
	for _, e := range []struct {
		elapsed time.Duration
		level   domain.SLALevel
	}{
		{-time.Hour, domain.SLANormal},
		{0, domain.SLANormal},
		{2 * time.Hour, domain.SLANormal}, // exactly 3 h remain
		{2*time.Hour + 1, domain.SLASoon},
		{4 * time.Hour, domain.SLASoon}, // exactly 1 h remains
		{4*time.Hour + 1, domain.SLAUrgent},
		{5 * time.Hour, domain.SLAUrgent}, // due now, not past
		{5*time.Hour + 1, domain.SLABreached},
		{1000 * time.Hour, domain.SLABreached},
	} {
		c := running()
		assert.Equal(t, e.level, c.Level(t0.Add(e.elapsed)), "after %v", e.elapsed)
		assert.Equal(t, 5*time.Hour-max(0, e.elapsed), c.Remaining(t0.Add(e.elapsed)), "after %v", e.elapsed)
	}
	assert.Equal(t, []domain.SLALevel{domain.SLANormal, domain.SLASoon, domain.SLAUrgent, domain.SLABreached}, domain.SLALevels)
}

func TestAClockThatHasNotStarted(t *testing.T) {
	t.Parallel()
	var c domain.SLAClock
	c.Pause(t0)
	c.Resume(t0.Add(time.Hour))
	c.Stop(t0.Add(time.Hour))
	assert.Zero(t, c)
	assert.False(t, c.Running())
	assert.Zero(t, c.Elapsed(t0))
	assert.Zero(t, c.DueAt(t0))
	assert.Equal(t, domain.SLANormal, c.Level(t0))
	_, due := c.Escalate(t0.Add(100 * time.Hour))
	assert.False(t, due)
}

func TestPausesDoNotCount(t *testing.T) {
	t.Parallel()
	c := running()
	at := func(h int) time.Time { return t0.Add(time.Duration(h) * time.Hour) }
	c.Pause(at(1))
	assert.Equal(t, time.Hour, c.Elapsed(at(20)))
	assert.Equal(t, at(5+19), c.DueAt(at(20)), "a paused case's due time moves with the clock")
	assert.Equal(t, at(5), c.DueAt(at(0)), "but not back")
	c.Pause(at(30)) // already paused: nothing
	c.Resume(at(41))
	assert.Equal(t, at(45), c.DueAt(at(41)))
	c.Resume(at(50)) // already running: nothing
	assert.Equal(t, 2*time.Hour, c.Elapsed(at(42)))
	c.Pause(at(43))
	c.Resume(at(44))
	assert.Equal(t, at(46), c.DueAt(at(44)))
	c.Start(at(44)) // already started: nothing
	assert.Equal(t, t0, c.StartedAt)
	c.Stop(at(45))
	c.Stop(at(46))
	c.Resume(at(46))
	c.Pause(at(46))
	assert.False(t, c.Running())
	assert.Equal(t, 4*time.Hour, c.Elapsed(at(1000)))
	assert.Equal(t, at(46), c.DueAt(at(1000)), "what was decided stays due when it was")
}

func TestStoppingAPausedClock(t *testing.T) {
	t.Parallel()
	c := running()
	c.Pause(t0.Add(time.Hour))
	c.Stop(t0.Add(49 * time.Hour))
	assert.Equal(t, time.Hour, c.Elapsed(t0.Add(100*time.Hour)))
}

func TestEscalateOncePerStep(t *testing.T) {
	t.Parallel()
	c := running()
	var told []domain.SLALevel
	for m := range 10 * 60 {
		if level, due := c.Escalate(t0.Add(time.Duration(m) * time.Minute)); due {
			told = append(told, level)
		}
	}
	assert.Equal(t, []domain.SLALevel{domain.SLASoon, domain.SLAUrgent, domain.SLABreached}, told)

	c = running()
	level, due := c.Escalate(t0.Add(6 * time.Hour))
	assert.True(t, due)
	assert.Equal(t, domain.SLABreached, level, "late sweeps tell the worst step alone")

	c = running()
	c.Pause(t0.Add(4*time.Hour + time.Minute))
	_, due = c.Escalate(t0.Add(5 * time.Hour))
	assert.False(t, due, "a paused case is not pressing")
	c.Resume(t0.Add(6 * time.Hour))
	level, _ = c.Escalate(t0.Add(6 * time.Hour))
	assert.Equal(t, domain.SLAUrgent, level)
	c.Stop(t0.Add(9 * time.Hour))
	_, due = c.Escalate(t0.Add(10 * time.Hour))
	assert.False(t, due, "a decided case is not pressing")
}

// TestEscalateWithClocksApart lets two schedulers with clocks a second apart take turns.
func TestEscalateWithClocksApart(t *testing.T) {
	t.Parallel()
	c := running()
	c.Escalate(t0.Add(4*time.Hour + time.Millisecond))
	assert.Equal(t, domain.SLAUrgent, c.Alerted)
	level, due := c.Escalate(t0.Add(4*time.Hour - time.Second))
	assert.False(t, due, "told of %s after URGENT", level)
	assert.Equal(t, domain.SLAUrgent, c.Alerted)
}

// TestSLAClockAgainstALedger compares the clock with a plain sum over its running spans.
func TestSLAClockAgainstALedger(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c domain.SLAClock
		now, counted := t0, time.Duration(0)
		started, paused, stopped := false, false, false
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			d := time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "wait"))
			before := c.Elapsed(now)
			now = now.Add(d)
			if started && !paused && !stopped {
				counted += d
			}
			if got := c.Elapsed(now); got != counted || got < before {
				t.Fatalf("elapsed %v after %v, want %v", got, before, counted)
			}
			switch rapid.SampledFrom([]string{"start", "pause", "resume", "stop", "escalate"}).Draw(t, "call") {
			case "start":
				c.Start(now)
				started = true
			case "pause":
				c.Pause(now)
				paused = paused || started && !stopped
			case "resume":
				c.Resume(now)
				paused = paused && stopped
			case "stop":
				c.Stop(now)
				stopped = stopped || started
				paused = paused && !stopped
			case "escalate":
				c.Escalate(now)
			}
			if c.Elapsed(now) != counted || c.Running() != (started && !paused && !stopped) {
				t.Fatalf("the call changed the time counted: %v, want %v", c.Elapsed(now), counted)
			}
			if c.Running() && c.DueAt(now).Sub(now) != c.Remaining(now) {
				t.Fatalf("due at %v, but %v remain at %v", c.DueAt(now), c.Remaining(now), now)
			}
		}
	})
}

// TestSLAClockWithTimeGoingBackwards only asks for sanity: servers' clocks differ.
func TestSLAClockWithTimeGoingBackwards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, now := running(), t0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.Int64Range(int64(-time.Hour), int64(time.Hour)).Draw(t, "wait")))
			switch rapid.SampledFrom([]string{"pause", "resume", "escalate"}).Draw(t, "call") {
			case "pause":
				c.Pause(now)
			case "resume":
				c.Resume(now)
			case "escalate":
				before := c.Alerted
				if level, due := c.Escalate(now); due && levelRank(level) <= levelRank(before) {
					t.Fatalf("told of %s after %s", level, before)
				}
			}
			if c.Elapsed(now) < 0 || c.Paused < 0 {
				t.Fatalf("negative time: %+v at %v", c, now)
			}
		}
	})
}

func levelRank(l domain.SLALevel) int {
	for i, known := range domain.SLALevels {
		if l == known {
			return i
		}
	}
	return -1
}
