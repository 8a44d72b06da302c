package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
)

var (
	errHalted = errors.New("the journey was halted")
	errLogin  = errors.New("the owner could not log in")
)

// edits is how often each draft is changed, so that there is always something being written.
const edits = 4

// journeyRunner does one journey, from login to report.
type journeyRunner struct {
	*world
	number   int
	began    time.Time
	owner    *journey.Owner
	person   *person
	property string
	place    propflow.Point // of the property
}

// run does the journey. Errors: errLogin, errHalted, and what a step failed with.
func (j *journeyRunner) run(ctx context.Context) error {
	var err error
	phone := fmt.Sprintf("+9198110%05d", j.number)
	if j.person, err = j.enter(ctx, phone, "", 1000+j.number); err != nil {
		return fmt.Errorf("%w: %w", errLogin, err)
	}
	events, err := journey.NewWatch(ctx, j.person.Person)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer events.Close()
	j.owner = &journey.Owner{Person: j.person.Person, Events: events, Doer: j.person.client}
	if err := j.capture(ctx); err != nil {
		return err
	}
	if err := j.review(ctx); err != nil {
		return err
	}
	return j.awaitReport(ctx)
}

// step does one thing, and records the actions that were acknowledged with it. Errors: errHalted,
// and what do failed with.
func (j *journeyRunner) step(ctx context.Context, do func() error, actions ...string) error {
	idle(ctx)
	if j.crew.halted(j.began) {
		return errHalted
	}
	began := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%v: %w", actions, err)
	}
	acked := time.Now()
	for _, action := range actions {
		j.books.enter(j.person, j.property, action, began, acked)
	}
	return nil
}

// capture drafts, edits, photographs and submits.
func (j *journeyRunner) capture(ctx context.Context) error {
	if err := j.step(ctx, func() error { return j.owner.Consent(ctx) }); err != nil {
		return err
	}
	request := journey.DrawnProperty(int64(j.number))
	j.place = propflow.Point{Lat: request.Location.Lat, Lng: request.Location.Lng}
	if err := j.step(ctx, func() error {
		draft, err := j.owner.Draft(ctx, request)
		j.property = draft.ID
		return err
	}, "property.created"); err != nil {
		return err
	}
	for n := range edits {
		if err := j.step(ctx, func() error { return j.edit(ctx, 1000+n) }, "property.edited"); err != nil {
			return err
		}
	}
	for n := range 2 {
		if err := j.photograph(ctx, n); err != nil {
			return err
		}
	}
	return j.step(ctx, func() error {
		_, err := j.owner.Submit(ctx, j.property)
		return err
	}, "property.submitted")
}

func (j *journeyRunner) edit(ctx context.Context, area int) error {
	now, err := j.owner.Client.GetPropertyWithResponse(ctx, j.property, nil)
	if err != nil {
		return fmt.Errorf("read the draft: %w", err)
	}
	_, err = j.owner.Client.UpdatePropertyWithResponse(ctx, j.property,
		&propflow.UpdatePropertyParams{IfMatch: now.HTTPResponse.Header.Get("ETag")}, propflow.UpdatePropertyRequest{AreaSqft: &area})
	return err
}

// photograph uploads a photo and awaits its verdict.
func (j *journeyRunner) photograph(ctx context.Context, n int) error {
	photo := journey.Photo{
		Name: fmt.Sprintf("photo %d", n), Type: propflow.PhotoTypeFRONT,
		Data: photofixture.House(int64(j.seed%1000)*1_000_000+int64(j.number*10+n+1), photofixture.Options{Quality: 70}),
	}
	if n > 0 {
		photo.Type, photo.Room = propflow.PhotoTypeINTERNAL, propflow.RoomKITCHEN
	}
	var announced propflow.OwnerPhoto
	err := j.step(ctx, func() (err error) {
		announced, err = j.owner.Upload(ctx, j.property, photo, j.place, "")
		return err
	}, "photo.created", "photo.completed")
	if err != nil {
		return err
	}
	return await(ctx, "a photo gets its verdict", func() (bool, error) {
		if j.crew.halted(j.began) {
			return false, errHalted
		}
		now, err := j.owner.Photo(ctx, j.property, announced.ID)
		return err == nil && now.Status != propflow.PhotoStatusPROCESSING, err
	})
}

// review has a valuer value the property and a supervisor sign it off.
func (j *journeyRunner) review(ctx context.Context) error {
	valuer, supervisor := j.reviewer(j.number%valuers), j.reviewer(valuers)
	if err := j.step(ctx, func() error {
		_, err := valuer.Claim(ctx, j.property)
		return err
	}, "review.claimed"); err != nil {
		return err
	}
	if err := j.resolve(ctx, valuer); err != nil {
		return err
	}
	if err := j.step(ctx, func() error { return valuer.Flag(ctx, j.property, "A second pair of eyes, please.") }, "review.flagged"); err != nil {
		return err
	}
	if err := j.step(ctx, func() error {
		suggestion, err := valuer.Suggestion(ctx, j.property)
		if err != nil {
			return err
		}
		if suggestion.Amount == nil {
			return errors.New("there are too few sales to value by")
		}
		_, err = valuer.Value(ctx, j.property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
		return err
	}, "valuation.sign_off_asked"); err != nil {
		return err
	}
	return j.step(ctx, func() error {
		_, err := supervisor.SignOff(ctx, j.property)
		return err
	}, "valuation.signed_off")
}

// resolve accepts every flagged photo.
func (j *journeyRunner) resolve(ctx context.Context, valuer *journey.Reviewer) error {
	photos, err := valuer.Photos(ctx, j.property)
	if err != nil {
		return err
	}
	for _, p := range photos {
		if p.Status != propflow.PhotoStatusFLAGGED || p.Resolution != nil {
			continue
		}
		if err := j.step(ctx, func() error {
			_, err := valuer.Client.ResolveFlagWithResponse(ctx, j.property, p.ID, &propflow.ResolveFlagParams{IdempotencyKey: propflow.NewKey()},
				propflow.ResolveFlagRequest{Decision: propflow.FlagDecisionACCEPTED, Reason: "Looked at it."})
			return err
		}, "photo.resolved"); err != nil {
			return err
		}
	}
	return nil
}

// late is how long owners wait for the report's live event before it counts as missed.
const late = time.Minute

// awaitReport waits for the live event of the report, or for a reset, after which clients read
// everything again, and reads the report. If neither comes, the owner counts as one who missed it.
func (j *journeyRunner) awaitReport(ctx context.Context) error {
	listening, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	match := func(e propflow.Event) bool {
		return e.Name == "reset" || e.Name == "report.stored" && e.PropertyID == j.property || j.crew.halted(j.began)
	}
	if _, err := j.owner.Events.Await(listening, match); err != nil {
		j.crew.miss()
	}
	err := await(listening, "the report is there", func() (bool, error) {
		if j.crew.halted(j.began) {
			return false, errHalted
		}
		now, err := j.owner.Property(ctx, j.property)
		return err == nil && now.State == propflow.PropertyStateVALUED, err
	})
	if err != nil {
		return err
	}
	_, _, err = j.owner.Result(ctx, j.property)
	return err
}
