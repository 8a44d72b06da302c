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

// teller does one journey, from login to report.
type teller struct {
	*world
	number   int
	began    time.Time
	owner    *journey.Owner
	person   *person
	property string
}

// tell does the journey. Errors: errLogin, errHalted, and what a step failed with.
func (t *teller) tell(ctx context.Context) error {
	var err error
	phone := fmt.Sprintf("+9198110%05d", t.number)
	if t.person, err = t.enter(ctx, phone, "", 1000+t.number); err != nil {
		return fmt.Errorf("%w: %w", errLogin, err)
	}
	events, err := journey.NewWatch(ctx, t.person.Person)
	if err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	defer events.Close()
	t.owner = &journey.Owner{Person: t.person.Person, Events: events, Doer: t.person.client}
	if err := t.capture(ctx); err != nil {
		return err
	}
	if err := t.review(ctx); err != nil {
		return err
	}
	return t.hearTheEnd(ctx)
}

// step does one thing, and notes that it was acknowledged.
func (t *teller) step(ctx context.Context, do func() error, actions ...string) error {
	idle(ctx)
	if t.crew.halted(t.began) {
		return errHalted
	}
	began := time.Now()
	if err := do(); err != nil {
		return fmt.Errorf("%v: %w", actions, err)
	}
	acked := time.Now()
	for _, action := range actions {
		t.books.enter(t.person, t.property, action, began, acked)
	}
	return nil
}

// capture drafts, edits, photographs and submits.
func (t *teller) capture(ctx context.Context) error {
	if err := t.step(ctx, func() error { return t.owner.Consent(ctx) }); err != nil {
		return err
	}
	request := journey.DefaultProperty()
	request.Address.Line1 = fmt.Sprintf("%d, Drill Cross", t.number)
	if err := t.step(ctx, func() error {
		draft, err := t.owner.Draft(ctx, request)
		t.property = draft.ID
		return err
	}, "property.created"); err != nil {
		return err
	}
	for n := range edits {
		if err := t.step(ctx, func() error { return t.edit(ctx, 1000+n) }, "property.edited"); err != nil {
			return err
		}
	}
	for n := range 2 {
		if err := t.photograph(ctx, n); err != nil {
			return err
		}
	}
	return t.step(ctx, func() error {
		_, err := t.owner.Submit(ctx, t.property)
		return err
	}, "property.submitted")
}

func (t *teller) edit(ctx context.Context, area int) error {
	now, err := t.owner.Client.GetPropertyWithResponse(ctx, t.property)
	if err != nil {
		return fmt.Errorf("read the draft: %w", err)
	}
	_, err = t.owner.Client.UpdatePropertyWithResponse(ctx, t.property,
		&propflow.UpdatePropertyParams{IfMatch: now.HTTPResponse.Header.Get("ETag")}, propflow.UpdatePropertyRequest{AreaSqft: &area})
	return err
}

// photograph uploads a photo and awaits its verdict.
func (t *teller) photograph(ctx context.Context, n int) error {
	location := journey.DefaultProperty().Location
	photo := journey.Photo{
		Name: fmt.Sprintf("photo %d", n), Type: propflow.PhotoTypeFRONT,
		Data: photofixture.House(int64(t.seed%1000)*1_000_000+int64(t.number*10+n+1), photofixture.Options{Quality: 70}),
	}
	if n > 0 {
		photo.Type, photo.Room = propflow.PhotoTypeINTERNAL, propflow.RoomKITCHEN
	}
	var announced propflow.Photo
	err := t.step(ctx, func() (err error) {
		announced, err = t.owner.Upload(ctx, t.property, photo, propflow.Point{Lat: location.Lat, Lng: location.Lng}, "")
		return err
	}, "photo.created", "photo.completed")
	if err != nil {
		return err
	}
	return await(ctx, "a photo gets its verdict", func() (bool, error) {
		if t.crew.halted(t.began) {
			return false, errHalted
		}
		now, err := t.owner.Client.GetPhotoWithResponse(ctx, t.property, announced.ID)
		return err == nil && now.JSON200.Status != propflow.PhotoStatusPROCESSING, err
	})
}

// review has the staff value the property.
func (t *teller) review(ctx context.Context) error {
	valuer, supervisor := t.reviewer(t.number%valuers), t.reviewer(valuers)
	if err := t.step(ctx, func() error {
		_, err := valuer.Claim(ctx, t.property)
		return err
	}, "review.claimed"); err != nil {
		return err
	}
	if err := t.resolve(ctx, valuer); err != nil {
		return err
	}
	if err := t.step(ctx, func() error { return valuer.Flag(ctx, t.property, "A second pair of eyes, please.") }, "review.flagged"); err != nil {
		return err
	}
	if err := t.step(ctx, func() error {
		suggestion, err := valuer.Suggestion(ctx, t.property)
		if err != nil {
			return err
		}
		if suggestion.Amount == nil {
			return errors.New("there are too few sales to value by")
		}
		_, err = valuer.Value(ctx, t.property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
		return err
	}, "valuation.sign_off_asked"); err != nil {
		return err
	}
	return t.step(ctx, func() error {
		_, err := supervisor.SignOff(ctx, t.property)
		return err
	}, "valuation.signed_off")
}

// resolve accepts every flagged photo.
func (t *teller) resolve(ctx context.Context, valuer *journey.Reviewer) error {
	photos, err := valuer.Client.ListPhotosWithResponse(ctx, t.property)
	if err != nil {
		return fmt.Errorf("list the photos: %w", err)
	}
	for _, p := range photos.JSON200.Items {
		if p.Status != propflow.PhotoStatusFLAGGED || p.Resolution != nil {
			continue
		}
		if err := t.step(ctx, func() error {
			_, err := valuer.Client.ResolveFlagWithResponse(ctx, t.property, p.ID, &propflow.ResolveFlagParams{IdempotencyKey: propflow.NewKey()},
				propflow.ResolveFlagRequest{Decision: propflow.FlagDecisionACCEPTED, Reason: "Looked at it."})
			return err
		}, "photo.resolved"); err != nil {
			return err
		}
	}
	return nil
}

// late is after how long without news of the report an owner has missed it.
const late = time.Minute

// hearTheEnd notes whether the owner heard live that the report is there, or was told to read
// everything again, and reads the report.
func (t *teller) hearTheEnd(ctx context.Context) error {
	listening, cancel := context.WithTimeout(ctx, late)
	defer cancel()
	told := func(e propflow.Event) bool {
		return e.Name == "reset" || e.Name == "report.stored" && e.PropertyID == t.property || t.crew.halted(t.began)
	}
	if _, err := t.owner.Events.Await(listening, told); err != nil {
		t.crew.miss()
	}
	err := await(listening, "the report is there", func() (bool, error) {
		if t.crew.halted(t.began) {
			return false, errHalted
		}
		now, err := t.owner.Client.GetPropertyWithResponse(ctx, t.property)
		return err == nil && now.JSON200.State == propflow.PropertyStateVALUED, err
	})
	if err != nil {
		return err
	}
	_, _, err = t.owner.Result(ctx, t.property)
	return err
}
