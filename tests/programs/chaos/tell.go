package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// teller tells one story.
type teller struct {
	*world
	story
	owner    *journey.Owner
	person   *person
	property string
}

// tell does the journey from login to its end.
func (w *world) tell(ctx context.Context, s story) error {
	who, err := w.register(ctx, s)
	if err != nil {
		return err
	}
	t := &teller{world: w, story: s, person: who}
	events, err := journey.NewWatch(ctx, who.Person)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer events.Close()
	t.owner = &journey.Owner{Person: who.Person, Events: events, Doer: who.client}
	if err := t.capture(ctx); err != nil {
		return err
	}
	switch s.ending {
	case plainly, signedOff, returned, answered, rejected:
	case discarded:
		_, err := t.owner.Client.DeletePropertyWithResponse(ctx, t.property)
		if err != nil && propflow.CodeOf(err) != "property_not_found" { // it is gone: the answer was lost
			return fmt.Errorf("discard the draft: %w", err)
		}
		t.ledger.forget(t.property)
		return nil
	case withdrawn:
		_, err := t.owner.Client.WithdrawPropertyWithResponse(ctx, t.property, &propflow.WithdrawPropertyParams{IdempotencyKey: propflow.NewKey()})
		if err != nil {
			return fmt.Errorf("withdraw: %w", err)
		}
		t.acted("property.withdrawn", who.User.ID, t.fact("state", "", "WITHDRAWN"))
		return nil
	}
	submitted, err := t.owner.Submit(ctx, t.property)
	if err != nil {
		return err
	}
	t.acted("property.submitted", who.User.ID, t.fact("reference", "", *submitted.Reference),
		t.notified("SUBMITTED", "SMS"), t.notified("SUBMITTED", "WHATSAPP"))
	if s.renews {
		if err := who.client.refresh(ctx); err != nil {
			return fmt.Errorf("renew the session: %w", err)
		}
	}
	return t.review(ctx)
}

// register logs the owner in. Who is locked out for too many tries comes with another phone.
func (w *world) register(ctx context.Context, s story) (*person, error) {
	var failed error
	for try := range 3 {
		phone := fmt.Sprintf("+91%d%04d%05d", 9, 8110+try, s.number)
		who, err := w.enter(ctx, phone, "", 1000+s.number+try*10_000)
		if err == nil {
			w.keepOwner(who)
			return who, nil
		}
		w.lockedOut.Add(1)
		failed = err
	}
	return nil, failed
}

func (t *teller) fact(what, about, value string) fact { return fact{t.property, what, about, value} }

// told is the fact that the owner is to be told something.
func (t *teller) notified(topic, channel string) fact { return t.fact("notification", topic, channel) }

// acted notes an acknowledged action and what it made true.
func (t *teller) acted(action, actor string, more ...fact) {
	t.ledger.write(append(more, t.fact("action", action, actor))...)
}

// collect awaits the report and reads it.
func (t *teller) collect(ctx context.Context) error {
	for {
		now, err := t.owner.Client.GetPropertyWithResponse(ctx, t.property)
		if err != nil {
			return fmt.Errorf("read the case: %w", err)
		}
		if now.JSON200.State == propflow.PropertyStateVALUED {
			break
		}
		t.hear(ctx, func(e propflow.Event) bool { return e.Name == "report.stored" && e.PropertyID == t.property })
	}
	_, pdf, err := t.owner.Result(ctx, t.property)
	if err != nil {
		return err
	}
	t.hearTheEnd(ctx)
	sum := sha256.Sum256(pdf)
	t.ledger.write(t.fact("state", "", "VALUED"), t.fact("report", "", hex.EncodeToString(sum[:])), t.notified("VALUED", "SMS"), t.notified("VALUED", "WHATSAPP"))
	return nil
}

// hearTheEnd notes whether the owner heard live that the report is there, through all breaks of
// the stream, or was told to read everything again.
func (t *teller) hearTheEnd(ctx context.Context) {
	const late = 30 * time.Second
	listening, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	heard, last := 0, propflow.Event{}
	_, err := t.owner.Events.Await(listening, func(e propflow.Event) bool {
		heard, last = heard+1, e
		return e.Name == "reset" || e.Name == "report.stored" && e.PropertyID == t.property
	})
	if err != nil {
		t.missed.Add(1)
		t.say("the owner of journey %d never heard of the report, only of %d events up to %s %s at %s: %v",
			t.number, heard, last.ID, last.Name, last.At.Format(time.TimeOnly), err)
	}
}
