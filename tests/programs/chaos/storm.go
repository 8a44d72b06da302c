package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/stack"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// target is what outages break: processes of one kind, and the ways to them.
type target struct {
	name    string
	parts   []stack.Part
	outages []outage
}

// outage is one failure of a target.
type outage struct {
	// at is the share of their work that the journeys have done when the outage begins.
	at    float64
	kind  string // kill, kill all, cut, or the name of a toxic
	part  int    // which of several
	lasts time.Duration
}

// toxics are the faults of the network besides a cut.
var toxics = map[string]servers.Toxic{"slow": servers.Slow, "mute": servers.Mute, "deaf": servers.Deaf, "torn": servers.Torn}

// forecast draws the outages of each target: kills and faults of the network in any order.
func forecast(random *rand.Rand, o options, s *stack.Stack) []*target {
	targets := []*target{
		{name: "api", parts: s.APIs}, {name: "worker", parts: s.Workers}, {name: "scheduler", parts: []stack.Part{s.Scheduler}},
		{name: "postgres", parts: []stack.Part{s.Postgres}}, {name: "redis", parts: []stack.Part{s.Redis}}, {name: "s3", parts: []stack.Part{s.S3}},
	}
	if o.targets != "" {
		chosen := strings.Split(o.targets, ",")
		targets = slices.DeleteFunc(targets, func(t *target) bool { return !slices.Contains(chosen, t.name) })
	}
	for _, t := range targets {
		kinds := slices.Repeat([]string{"kill"}, o.kills)
		if o.kills > 1 && len(t.parts) > 1 {
			kinds[0] = "kill all"
		}
		if t.parts[0].Way != nil {
			for range o.faults {
				kinds = append(kinds, []string{"cut", "slow", "mute", "deaf", "torn"}[random.IntN(5)])
			}
		}
		random.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
		times := make([]float64, len(kinds))
		for i := range times {
			times[i] = 0.02 + 0.83*random.Float64()
		}
		slices.Sort(times)
		for i, kind := range kinds {
			t.outages = append(t.outages, outage{
				at: times[i], kind: kind, part: random.IntN(len(t.parts)), lasts: time.Second + time.Duration(random.IntN(5000))*time.Millisecond,
			})
		}
	}
	return targets
}

// rage breaks the target with its outages, one after the other, as the work goes on. Errors: an
// outage could not begin or end, or the journeys ended before it was due.
func (w *world) rage(ctx context.Context, t *target) error {
	for _, o := range t.outages {
		if err := w.reach(ctx, o.at); err != nil {
			return fmt.Errorf("%s: %s at %.0f %%: %w", t.name, o.kind, 100*o.at, err)
		}
		w.say("%3.0f %%: %s of %s for %v", 100*w.progress(), o.kind, t.describe(o), o.lasts)
		if err := w.strike(ctx, t, o); err != nil {
			return fmt.Errorf("%s of %s: %w", o.kind, t.describe(o), err)
		}
	}
	return nil
}

func (t *target) describe(o outage) string {
	if o.kind == "kill all" {
		return t.name
	}
	return t.parts[o.part].Name
}

// strike breaks the target, waits, and brings it back.
func (w *world) strike(ctx context.Context, t *target, o outage) error {
	victims := t.parts[o.part : o.part+1]
	if o.kind == "kill all" {
		victims = t.parts
	}
	w.struck(t.name, o.kind, time.Now())
	for _, p := range victims {
		if err := w.hit(ctx, p, o.kind); err != nil {
			return err
		}
	}
	select {
	case <-time.After(o.lasts):
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, p := range victims {
		if err := heal(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) hit(ctx context.Context, p stack.Part, kind string) error {
	switch kind {
	case "kill", "kill all":
		return p.Member.Kill()
	case "cut":
		return p.Way.Cut(ctx)
	default:
		return p.Way.Poison(ctx, toxics[kind])
	}
}

// heal ends every outage of the part.
func heal(ctx context.Context, p stack.Part) error {
	if p.Way != nil {
		if err := p.Way.Heal(ctx); err != nil {
			return err
		}
	}
	if running, _ := p.Member.State(); running {
		return nil
	}
	return p.Member.Start(ctx)
}

// supervise restarts processes that end by themselves, as an orchestrator does in production.
func (w *world) supervise(ctx context.Context) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		for _, p := range w.stack.Processes() {
			if _, crashed := p.Member.State(); crashed {
				w.say("%s ended by itself", p.Name)
				w.struck(p.Name, "ended by itself", time.Now())
				if err := p.Member.Start(ctx); err != nil {
					w.say("%s does not start again: %v", p.Name, err)
				}
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// reach waits until the journeys have done a share of their work. Errors: they ended before, or
// ctx did.
func (w *world) reach(ctx context.Context, share float64) error {
	for {
		_, next := w.ledger.writes()
		if w.progress() >= share {
			return nil
		}
		select {
		case <-next:
		case <-w.storiesDone:
			return fmt.Errorf("the journeys ended at %.0f %%", 100*w.progress())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// progress returns about what share of their work the journeys have done: the number of all
// writes is an estimate.
func (w *world) progress() float64 {
	done, _ := w.ledger.writes()
	return float64(done) / float64(w.expected)
}

// lose orders Twilio's faults: it loses some replies and some requests, and refuses others with
// 503 or 429.
func lose(random *rand.Rand, twilio *vendors.Twilio, messages int) {
	for range messages {
		var fault vendors.Fault
		switch n := random.IntN(100); {
		case n < 4:
			fault = vendors.Lose
		case n < 6:
			fault = vendors.Break
		case n < 8:
			fault = vendors.Refuse(http.StatusServiceUnavailable, 0)
		case n < 10:
			fault = vendors.Refuse(http.StatusTooManyRequests, time.Second)
		}
		twilio.Next(http.MethodPost, fault)
	}
}

// weather counts the outages that have begun.
type weather struct {
	mu     sync.Mutex
	counts map[string]map[string]int // by target and kind
	deaths []time.Time               // of workers
}

func (w *weather) struck(target, kind string, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.counts[target] == nil {
		w.counts[target] = make(map[string]int)
	}
	w.counts[target][kind]++
	if target == "worker" {
		w.deaths = append(w.deaths, at)
	}
}

// died reports whether a worker was killed at a time when it may not have recorded a reply that
// came at this moment: from 1 s before to 10 s after.
func (w *weather) died(at time.Time) bool {
	const note = 10 * time.Second
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, death := range w.deaths {
		if death.After(at.Add(-time.Second)) && death.Before(at.Add(note)) {
			return true
		}
	}
	return false
}
