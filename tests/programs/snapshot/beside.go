package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
	"github.com/propflow/propflow/tests/kit/stack"
)

// besideRounds is how many cases of each kind go through both releases: enough that each step of a
// case is taken by either.
const besideRounds = 6

// beside upgrades to the present release while the earlier one runs, and takes cases through both
// at once: each request goes to either API, and either worker does the jobs. Then the present
// release ends, and the earlier one goes on alone.
func (w *world) beside(ctx context.Context) error {
	w.people(ctx)
	w.settings(ctx, 3)
	w.sales(ctx)
	open := w.flat(ctx, "claimed-before")
	w.valuer.claim(ctx, open)
	if w.err != nil {
		return w.err
	}
	next, err := w.stack.NextRelease(ctx, nil)
	if err != nil {
		return err
	}
	if output, err := next.Command(ctx, "migrate", "up"); err != nil {
		return fmt.Errorf("migrate: %w: %s", err, output)
	}
	if err := next.Join(ctx); err != nil {
		return err
	}
	w.say("both releases run")
	w.enterAnew(ctx)
	w.valueAndSign(ctx, open)
	for i := range besideRounds {
		w.mixed(ctx, i)
	}
	w.again(ctx)
	w.say("%d answers, each repeated", len(w.replays))
	if err := next.Leave(); err != nil {
		return err
	}
	w.mixed(ctx, besideRounds)
	w.again(ctx)
	if w.err != nil {
		return w.err
	}
	w.say("the earlier release went on alone: %d answers, each repeated", len(w.replays))
	for _, p := range w.stack.Processes() {
		if err := p.Member.Stop(); err != nil {
			return err
		}
	}
	for _, verify := range []func(context.Context, ...string) (string, error){w.stack.Command, next.Command} {
		if output, err := verify(ctx, "audit", "verify"); err != nil {
			return fmt.Errorf("audit verify: %w: %s", err, output)
		}
	}
	output, err := next.Command(ctx, "check", "--deep")
	w.say("%s", output)
	return err
}

// enterAnew logs everybody in at the release that joined last, which does not know the sessions of the one
// before and asks for consent to a notice of its own.
func (w *world) enterAnew(ctx context.Context) {
	w.only = w.newest()
	for _, p := range []*person{w.admin, w.supervisor, w.valuer, w.owner} {
		p.enter(ctx)
	}
	w.owner.consent(ctx)
	w.only = nil
	w.owners = append(w.owners, w.owner)
}

// newest returns the API that joined last.
func (w *world) newest() []stack.Part { return w.stack.APIs[len(w.stack.APIs)-1:] }

// mixed takes one case to each end. They are a new owner's, who may not submit many a day, and who agrees to
// the notice of each release.
func (w *world) mixed(ctx context.Context, i int) {
	w.only = w.newest()
	w.owner = w.login(ctx, fmt.Sprintf("+9198111002%02d", i))
	w.only = w.stack.APIs[:1]
	w.owner.consent(ctx)
	w.only = w.newest()
	w.owner.consent(ctx)
	w.only = nil
	w.owners = append(w.owners, w.owner)
	name := func(what string) string { return fmt.Sprintf("%s-%d", what, i) }
	valued := w.flat(ctx, name("valued"))
	w.valuer.claim(ctx, valued)
	w.valueAndSign(ctx, valued)

	asked := w.flat(ctx, name("asked"))
	w.valuer.ask(ctx, asked, question, location)
	asked.move(ctx, domain.Point{Lat: home.Lat + 0.0003, Lng: home.Lng})
	asked.answer(ctx)
	w.valuer.claim(ctx, asked)
	w.valueAndSign(ctx, asked)

	signed := w.flat(ctx, name("signed"))
	w.valuer.claim(ctx, signed)
	w.valuer.post(ctx, "flagProperty", signed.path("/flag"), object{"reason": "The owner is in a hurry."})
	w.valueAndSign(ctx, signed)

	rejected := w.flat(ctx, name("rejected"))
	w.valuer.claim(ctx, rejected)
	w.valuer.post(ctx, "rejectProperty", rejected.path("/rejection"), object{"code": "ADDRESS_MISMATCH", "note": "The photos show another street."})
	w.flat(ctx, name("withdrawn")).withdraw(ctx)
	for _, c := range []*property{valued, asked, signed} {
		w.await(ctx, func() bool {
			return c.owner.send(ctx, http.MethodGet, c.path(""), nil).Text("state") == string(domain.Valued)
		})
	}
}

// valueAndSign values a claimed case, and signs the valuation off if that is asked for.
func (w *world) valueAndSign(ctx context.Context, c *property) {
	w.valuer.value(ctx, c)
	if c.owner.send(ctx, http.MethodGet, c.path(""), nil).Text("state") == string(domain.AwaitingSignOff) {
		w.supervisor.post(ctx, "signOffValuation", c.path("/sign-off"), nil)
	}
}

// again sends every request with a key again: whichever release answered, either repeats it.
func (w *world) again(ctx context.Context) {
	people := map[string]*person{}
	for _, p := range append(w.owners, w.admin, w.supervisor, w.valuer) {
		people[p.id] = p
	}
	for _, r := range slices.Clone(w.replays) {
		answer := people[r.UserID].exchange(ctx, plain.Request{
			Method: http.MethodPost, Path: r.Path, Key: r.Key, ContentType: r.ContentType, Body: []byte(r.Body),
		})
		if w.err == nil && answer.Status != r.Status {
			w.err = fmt.Errorf("%s is answered %d, was %d", r.Operation, answer.Status, r.Status)
		}
	}
}
