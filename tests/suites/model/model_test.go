package model

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// steps is the mean length of a sequence. Shorter ones seldom get a case approved.
const steps = 120

func TestMain(m *testing.M) {
	flag.Parse()
	given := make(map[string]bool)
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	preset := func(name, value string) {
		if value == "" || given[name] {
			return
		}
		if err := flag.Set(name, value); err != nil {
			fmt.Fprintln(os.Stderr, "SEQUENCES:", err)
			os.Exit(2)
		}
	}
	preset("rapid.steps", fmt.Sprint(steps))
	preset("rapid.checks", os.Getenv("SEQUENCES"))
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
			names := slices.Sorted(maps.Keys(plans))
			for i := range 12 {
				plans[fmt.Sprintf("race %d", i)] = func(rt *rapid.T) *move { return w.race(rt, plans, names) }
			}
		}
		actions := make(map[string]func(*rapid.T))
		for name, plan := range plans {
			actions[name] = func(rt *rapid.T) {
				m := plan(rt)
				if m == nil {
					rt.Skip("there is nothing to do")
				}
				_ = w.run(rt, m)
			}
		}
		rt.Repeat(actions)
		w.end(rt)
	})
	if !t.Failed() {
		reached.report(t)
	}
}

// plans are the kinds of moves, each as often as it is numbered.
func (w *world) plans() map[string]plan {
	mendDraft := func(rt *rapid.T) *move { return w.mend(rt, domain.Draft) }
	mendAnswer := func(rt *rapid.T) *move { return w.mend(rt, domain.FollowUpRequired) }
	plans := make(map[string]plan)
	for _, k := range []struct {
		name  string
		plan  plan
		times int
	}{
		{"create", w.create, 2}, {"consent", w.consent, 1}, {"edit", w.edit, 3}, {"photograph", w.photograph, 3},
		{"complete photo", w.completePhoto, 1}, {"delete photo", w.deletePhoto, 1}, {"album", w.album, 1},
		{"submit", w.submit, 2}, {"reply", w.reply, 2}, {"withdraw", w.withdraw, 1}, {"delete draft", w.deleteDraft, 1},
		{"mend draft", mendDraft, 2}, {"mend follow-up", mendAnswer, 1},
		{"claim", w.claim, 4}, {"claim next", w.claimNext, 1}, {"release", w.release, 1}, {"heartbeat", w.heartbeat, 1},
		{"revoke", w.revoke, 1}, {"reassign", w.reassign, 1}, {"flag", w.flag, 1}, {"resolve", w.resolve, 3}, {"take back", w.takeBack, 1},
		{"ask", w.ask, 2}, {"reject", w.reject, 1}, {"approve", w.approve, 4}, {"sign off", w.signOff, 2}, {"return", w.giveBack, 1},
		{"settings", w.updateSettings, 1}, {"staff", w.updateStaff, 1}, {"withdraw comparable", w.withdrawComparable, 1},
		{"inherit", w.inherit, 1}, {"wait", w.wait, 2}, {"jobs", w.workOff, 2}, {"repeat", w.repeat, 1},
	} {
		for i := range k.times {
			plans[fmt.Sprintf("%s %d", k.name, i+1)] = k.plan
		}
	}
	return plans
}

// end frees every owner who is asked for something, lets all jobs run, and has propflow check the whole.
func (w *world) end(rt *rapid.T) {
	for _, id := range w.oracle.now.ids {
		if w.oracle.now.cases[id].State == domain.FollowUpRequired {
			if err := w.rescue(context.Background(), id, rapid.Bool().Draw(rt, "set the pin back")); err != nil {
				rt.Fatalf("the owner of %s is caught: %v", id, err)
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
