package model

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// move is what somebody set out to do, by the world as it was then. In a race, another move may come in
// between.
type move struct {
	what string
	do   func(ctx context.Context) (any, error)
	// after judges the answer if nothing came in between. It may be nil.
	after func(rt *rapid.T, err error)
	// keyed marks a call with an idempotency key, which may be repeated.
	keyed bool
}

// plan draws a move, nil if none of its kind makes sense now.
type plan func(rt *rapid.T) *move

// call returns the move of an operation, every other time with an idempotency key.
func call[T any](w *world, rt *rapid.T, by domain.Actor, operation string, execute func(ctx context.Context, key domain.IdempotencyKey) (T, error)) *move {
	var key domain.IdempotencyKey
	if rapid.Bool().Draw(rt, "key") {
		w.calls++
		key = domain.IdempotencyKey{UserID: by.ID, Operation: operation, Key: fmt.Sprint(w.calls), Fingerprint: fmt.Sprint(w.calls)}
	}
	return &move{what: operation, keyed: key.Key != "", do: func(ctx context.Context) (any, error) { return execute(ctx, key) }}
}

// run makes the move and judges the answer.
func (w *world) run(rt *rapid.T, m *move) {
	w.Clock.Advance(time.Second)
	err := w.answer(context.Background(), m)
	if m.after != nil {
		m.after(rt, err)
	}
	w.settle(rt, m, err)
}

// answer makes the move. It may run in a race, so it neither draws nor fails.
func (w *world) answer(ctx context.Context, m *move) error {
	at := w.Clock.Now()
	answer, err := m.do(ctx)
	if err == nil && m.keyed {
		text, _ := json.Marshal(answer) // as ports.Once did
		w.kept = append(w.kept, kept{what: m.what, at: at, again: m.do, answer: string(text)})
	}
	return err
}

// settle counts the move, and fails if a rule is broken or the answer is no answer of the domain.
func (w *world) settle(rt *rapid.T, m *move, err error) {
	rt.Logf("%s: %v", m.what, err)
	if err != nil && domain.CodeOf(err) == "" {
		rt.Fatalf("%s: %v", m.what, err)
	}
	w.tally.move(m.what, err)
	if w.oracle.broken != "" {
		rt.Fatalf("after %s: %s", m.what, w.oracle.broken)
	}
}

// repeat sends an earlier call again: the answer is the same, and nothing happens.
func (w *world) repeat(rt *rapid.T) *move {
	if len(w.kept) == 0 {
		return nil
	}
	k := oneOf(rt, "call", w.kept)
	if w.Clock.Now().Sub(k.at) >= domain.IdempotencyTTL {
		return nil
	}
	before := w.text(rt)
	return &move{what: "repeat", do: k.again, after: func(rt *rapid.T, err error) {
		if err != nil || w.text(rt) != before {
			rt.Fatalf("%s was repeated: %v", k.what, err)
		}
	}}
}

// text writes the world out.
func (w *world) text(rt *rapid.T) string {
	text, err := json.Marshal(w.oracle.now.cases)
	if err != nil {
		rt.Fatal(err)
	}
	return string(text)
}

// pick draws a case in one of the states, nil if there is none. Once in a while it is any case, because
// people try what they may not do.
func (w *world) pick(rt *rapid.T, states ...domain.State) *kase {
	var fitting, all []domain.PropertyID
	for _, id := range w.oracle.now.ids {
		all = append(all, id)
		if slices.Contains(states, w.oracle.now.cases[id].State) {
			fitting = append(fitting, id)
		}
	}
	if rarely(rt, "any case") {
		fitting = all
	}
	if len(fitting) == 0 {
		return nil
	}
	k := w.oracle.now.cases[oneOf(rt, "case", fitting)]
	return &k
}

// uniform draws 0 to 255 by coins, because rapid's integers are mostly small and its samples mostly the first.
var uniform = rapid.Custom(func(rt *rapid.T) int {
	n := 0
	for range 8 {
		n *= 2
		if rapid.Bool().Draw(rt, "") {
			n++
		}
	}
	return n
})

// below draws 0 to n-1, each as often as the others.
func below(rt *rapid.T, what string, n int) int { return uniform.Draw(rt, what) * n / 256 }

func oneOf[T any](rt *rapid.T, what string, list []T) T { return list[below(rt, what, len(list))] }

// rarely is true once in sixteen times.
func rarely(rt *rapid.T, what string) bool { return below(rt, what, 16) == 15 }

// often is true three times in four.
func often(rt *rapid.T, what string) bool { return below(rt, what, 4) < 3 }

// ownerOf returns the owner of a case, or once in a while another person.
func (w *world) ownerOf(rt *rapid.T, k *kase) domain.Actor {
	if rarely(rt, "stranger") {
		return oneOf(rt, "who", owners)
	}
	return owners[slices.IndexFunc(owners, func(a domain.Actor) bool { return a.ID == k.OwnerID })]
}

// claimant returns who has the claim on a case, or once in a while another reviewer.
func (w *world) claimant(rt *rapid.T, k *kase) domain.Actor {
	if k.Claim != nil && !rarely(rt, "another") {
		return reviewers[slices.IndexFunc(reviewers, func(a domain.Actor) bool { return a.ID == k.Claim.ValuerID })]
	}
	return oneOf(rt, "who", reviewers)
}

// reviewer draws a reviewer: mostly one who has access.
func (w *world) reviewer(rt *rapid.T, roles ...domain.Role) domain.Actor {
	fit := slices.DeleteFunc(slices.Clone(reviewers), func(a domain.Actor) bool {
		u := w.oracle.now.users[a.ID]
		return u.Disabled || u.Role != a.Role || len(roles) > 0 && !slices.Contains(roles, a.Role)
	})
	if len(fit) == 0 || rarely(rt, "anybody") {
		fit = reviewers
	}
	return oneOf(rt, "reviewer", fit)
}

// race makes two moves at once that were both planned by the same world.
func (w *world) race(rt *rapid.T, plans []plan) *move {
	w.hasRaced = true
	var moves []*move
	for tries := 0; len(moves) < 2; tries++ {
		if m := oneOf(rt, "racer", plans)(rt); m != nil {
			moves = append(moves, m)
		}
		if tries == 8 {
			return nil
		}
	}
	return &move{what: "race", do: func(context.Context) (any, error) {
		errs := make([]error, len(moves))
		race(rt, func(ctx context.Context) { errs[0] = w.answer(ctx, moves[0]) }, func(ctx context.Context) { errs[1] = w.answer(ctx, moves[1]) })
		for i, err := range errs {
			w.settle(rt, moves[i], err)
		}
		return nil, nil
	}}
}

var waits = []time.Duration{time.Second, time.Minute, 20 * time.Minute, time.Hour, 25 * time.Hour, 49 * time.Hour, 200 * 24 * time.Hour}

// wait lets time pass, and the periodic jobs run mostly.
func (w *world) wait(rt *rapid.T) *move {
	possible := waits[:5]
	if rarely(rt, "long") {
		possible = waits
	}
	d, sweep := oneOf(rt, "wait", possible), often(rt, "sweep")
	return &move{what: "wait", do: func(context.Context) (any, error) {
		w.Clock.Advance(d)
		if !sweep {
			return nil, nil
		}
		return nil, w.sweep()
	}}
}

// workOff runs the waiting jobs.
func (w *world) workOff(*rapid.T) *move {
	return &move{what: "jobs", do: func(context.Context) (any, error) { return nil, w.work() }}
}
