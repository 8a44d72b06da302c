package model

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// The size of a usual run. Shorter sequences seldom get a case approved.
const (
	sequencesPerRun  = 60
	stepsPerSequence = 120 // the mean
	// usualSeed makes the usual run the same every time, so that a change is blamed for what it breaks and
	// not for what a lucky draw finds. SEQUENCES=n draws another seed.
	usualSeed = 20261130
)

func TestMain(m *testing.M) {
	flag.Parse()
	given := make(map[string]bool)
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	preset := func(name, value string) {
		if given[name] {
			return
		}
		if err := flag.Set(name, value); err != nil {
			fmt.Fprintln(os.Stderr, "SEQUENCES:", err)
			os.Exit(2)
		}
	}
	preset("rapid.steps", strconv.Itoa(stepsPerSequence))
	if n := os.Getenv("SEQUENCES"); n != "" {
		preset("rapid.checks", n)
	} else if !given["rapid.checks"] {
		preset("rapid.checks", strconv.Itoa(sequencesPerRun))
		preset("rapid.seed", strconv.Itoa(usualSeed))
	}
	os.Exit(m.Run())
}

// TestNoSequenceGetsPastTheGate has people do one thing after the other.
func TestNoSequenceGetsPastTheGate(t *testing.T) {
	t.Parallel()
	sequences(t, false)
}

// TestNoRaceGetsPastTheGate has two people at a time do things that may conflict.
func TestNoRaceGetsPastTheGate(t *testing.T) {
	t.Parallel()
	sequences(t, true)
}

func sequences(t *testing.T, conflicts bool) {
	t.Helper()
	reached := newTally()
	rapid.Check(t, func(rt *rapid.T) {
		reached.sequences++
		w := newWorld(rt, reached)
		plans := w.plans()
		if conflicts {
			single := plans
			for range len(plans) / 3 {
				plans = append(plans, func(rt *rapid.T) *move { return w.race(rt, single) })
			}
		}
		rt.Repeat(map[string]func(*rapid.T){"move": func(rt *rapid.T) {
			for range 4 { // most kinds of moves make no sense at a given moment
				if m := oneOf(rt, "kind", plans)(rt); m != nil {
					w.run(rt, m)
					return
				}
			}
		}})
		w.end(rt)
	})
	if !t.Failed() {
		reached.report(t)
	}
}

// plans are the kinds of moves, each as often as it is likely.
func (w *world) plans() []plan {
	mendDraft := func(rt *rapid.T) *move { return w.mend(rt, domain.Draft) }
	mendAnswer := func(rt *rapid.T) *move { return w.mend(rt, domain.FollowUpRequired) }
	var plans []plan
	for _, k := range []struct {
		times int
		plans []plan
	}{
		{1, []plan{
			w.completePhoto, w.deletePhoto, w.album, w.withdraw, w.deleteDraft, w.claimNext, w.release, w.heartbeat,
			w.revoke, w.reassign, w.flag, w.takeBack, w.reject, w.giveBack, w.updateSettings, w.updateStaff, w.withdrawComparable, w.inherit,
			w.repeat, w.reply,
		}},
		{2, []plan{w.consent, w.create, w.submit, w.wait, w.workOff, w.signOff, mendDraft, mendAnswer}},
		{4, []plan{w.edit, w.photograph, w.claim, w.resolve, w.approve, w.ask}},
	} {
		for range k.times {
			plans = append(plans, k.plans...)
		}
	}
	return plans
}

// end frees every owner who is asked for something, lets all jobs run, and has propflow check the whole.
func (w *world) end(rt *rapid.T) {
	for _, id := range w.oracle.now.ids {
		if w.oracle.now.cases[id].State == domain.FollowUpRequired {
			if err := w.rescue(context.Background(), id, usablePin(rt), rapid.Bool().Draw(rt, "set the pin back")); err != nil {
				rt.Fatalf("the owner is caught: %v; %s", err, w.describe(id))
			}
		}
	}
	if err := w.work(); err != nil {
		rt.Fatal(err)
	}
	if w.oracle.broken != "" {
		rt.Fatal(w.oracle.broken)
	}
	w.check(rt)
}
