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

// journeyRunner does the journey of one story.
type journeyRunner struct {
	*world
	story
	owner    *journey.Owner
	person   *person
	property string
	place    propflow.Point // of the property
}

// runJourney does the journey from login to its end.
func (w *world) runJourney(ctx context.Context, s story) error {
	who, err := w.register(ctx, s)
	if err != nil {
		return err
	}
	j := &journeyRunner{world: w, story: s, person: who}
	events, err := journey.NewWatch(ctx, who.Person)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer events.Close()
	j.owner = &journey.Owner{Person: who.Person, Events: events, Doer: who.client}
	if err := j.capture(ctx); err != nil {
		return err
	}
	switch s.ending {
	case plainly, signedOff, returned, answered, rejected:
	case discarded:
		_, err := j.owner.Client.DeletePropertyWithResponse(ctx, j.property)
		if err != nil && propflow.CodeOf(err) != "property_not_found" { // deleted already: the answer was lost
			return fmt.Errorf("discard the draft: %w", err)
		}
		j.ledger.forget(j.property)
		return nil
	case withdrawn:
		_, err := j.owner.Client.WithdrawPropertyWithResponse(ctx, j.property, &propflow.WithdrawPropertyParams{IdempotencyKey: propflow.NewKey()})
		if err != nil {
			return fmt.Errorf("withdraw: %w", err)
		}
		j.acted("property.withdrawn", who.User.ID, j.fact("state", "", "WITHDRAWN"))
		return nil
	}
	submitted, err := j.owner.Submit(ctx, j.property)
	if err != nil {
		return err
	}
	j.acted("property.submitted", who.User.ID, j.fact("reference", "", *submitted.Reference),
		j.notified("SUBMITTED", "SMS"), j.notified("SUBMITTED", "WHATSAPP"))
	if s.renews {
		if err := who.client.refresh(ctx); err != nil {
			return fmt.Errorf("renew the session: %w", err)
		}
	}
	return j.review(ctx)
}

// register logs the owner in. If that fails, because the tries of the phone are used up, the
// owner comes with another one, up to three in all.
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

func (j *journeyRunner) fact(what, about, value string) fact {
	return fact{j.property, what, about, value}
}

// notified returns the fact that the owner is due a notification.
func (j *journeyRunner) notified(topic, channel string) fact {
	return j.fact("notification", topic, channel)
}

// acted records an acknowledged action and what it made true.
func (j *journeyRunner) acted(action, actor string, more ...fact) {
	j.ledger.write(append(more, j.fact("action", action, actor))...)
}

// collect awaits the report and reads it.
func (j *journeyRunner) collect(ctx context.Context) error {
	for {
		now, err := j.owner.Property(ctx, j.property)
		if err != nil {
			return err
		}
		if now.State == propflow.PropertyStateVALUED {
			break
		}
		j.awaitEvent(ctx, func(e propflow.Event) bool { return e.Name == "report.stored" && e.PropertyID == j.property })
	}
	_, pdf, err := j.owner.Result(ctx, j.property)
	if err != nil {
		return err
	}
	j.awaitReportEvent(ctx)
	sum := sha256.Sum256(pdf)
	j.ledger.write(j.fact("state", "", "VALUED"), j.fact("report", "", hex.EncodeToString(sum[:])), j.notified("VALUED", "SMS"), j.notified("VALUED", "WHATSAPP"))
	return nil
}

// awaitReportEvent counts the owner as one who missed the end unless the stream, through all its
// breaks, delivers the event of the report within 30 s, or a reset, after which clients read
// everything again.
func (j *journeyRunner) awaitReportEvent(ctx context.Context) {
	const late = 30 * time.Second
	listening, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	received, last := 0, propflow.Event{}
	_, err := j.owner.Events.Await(listening, func(e propflow.Event) bool {
		received, last = received+1, e
		return e.Name == "reset" || e.Name == "report.stored" && e.PropertyID == j.property
	})
	if err != nil {
		j.missed.Add(1)
		j.say("the owner of journey %d never heard of the report, only of %d events up to %s %s at %s: %v",
			j.number, received, last.ID, last.Name, last.At.Format(time.TimeOnly), err)
	}
}
