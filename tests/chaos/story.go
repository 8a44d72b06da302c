package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
)

// ending is how a case ends.
type ending string

const (
	plainly   ending = "valued"
	signedOff ending = "valued, signed off"
	returned  ending = "valued, returned and signed off"
	answered  ending = "valued after a follow-up"
	rejected  ending = "rejected"
	withdrawn ending = "withdrawn"
	discarded ending = "discarded as a draft"
)

// story is one journey, as the seed draws it.
type story struct {
	number  int
	ending  ending
	edits   bool // the draft is edited
	blurred bool // a photo is doubtful and has to be accepted
	retakes bool // photos after the front are removed and taken again
	races   bool // two valuers claim at once
	renews  bool // the session is renewed on the way
	photos  int
}

// draw draws the stories.
func draw(random *rand.Rand, o options) []story {
	var stories []story
	for i := range o.journeys {
		s := story{number: i, photos: o.photos, ending: plainly}
		switch n := random.IntN(100); {
		case n < 5:
			s.ending = discarded
		case n < 10:
			s.ending = withdrawn
		case n < 16:
			s.ending = rejected
		case n < 28:
			s.ending = answered
		case n < 43:
			s.ending = signedOff
		case n < 50:
			s.ending = returned
		}
		s.edits, s.blurred = random.IntN(3) == 0, random.IntN(3) == 0
		s.retakes = random.IntN(4) == 0
		s.races, s.renews = random.IntN(4) == 0, random.IntN(5) == 0
		stories = append(stories, s)
	}
	return stories
}

// writes estimates how many writes of the story will be acknowledged.
func (s story) writes() int {
	n := 2 + 2*s.photos // consent, draft, photos created and completed
	if s.edits {
		n++
	}
	if s.retakes {
		n += 3 * (s.photos - 1)
	}
	if s.ending == withdrawn || s.ending == discarded {
		return n + 1
	}
	n += 2 // submitted, claimed
	if s.blurred {
		n++
	}
	return n + map[ending]int{plainly: 2, signedOff: 4, returned: 7, answered: 5, rejected: 1}[s.ending]
}

// rooms are what the photos after the front show, in turn.
var rooms = []propflow.Room{propflow.RoomLIVING, propflow.RoomKITCHEN, propflow.RoomBEDROOM, propflow.RoomBATHROOM}

// picture draws the n-th photo of a journey; a later try shows something else.
func (s story) picture(n, try int) journey.Photo {
	o := photofixture.Options{Quality: 70}
	if s.blurred && n == 1 && try == 0 {
		o.Blur = photofixture.SoftBlur
	}
	photo := journey.Photo{
		Name: fmt.Sprintf("photo %d", n), Data: photofixture.House(int64(s.number*1000+n*10+try+1), o),
		Type: propflow.PhotoTypeFRONT,
	}
	if n > 0 {
		photo.Type, photo.Room = propflow.PhotoTypeINTERNAL, rooms[(n-1)%len(rooms)]
	}
	return photo
}

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
		t.told("SUBMITTED", "SMS"), t.told("SUBMITTED", "WHATSAPP"))
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
func (t *teller) told(topic, channel string) fact { return t.fact("notification", topic, channel) }

// acted notes an acknowledged action and what it made true.
func (t *teller) acted(action, actor string, more ...fact) {
	t.ledger.write(append(more, t.fact("action", action, actor))...)
}

// capture drafts and photographs the property.
func (t *teller) capture(ctx context.Context) error {
	if err := t.owner.Consent(ctx); err != nil {
		return err
	}
	me := t.owner.User.ID
	t.ledger.write(fact{"", "consent", me, "given"})
	request := journey.DefaultProperty()
	area := 1000 + t.number%500
	request.AreaSqft = &area
	request.Address.Line1 = fmt.Sprintf("%d, Chaos Cross", t.number)
	draft, err := t.owner.Draft(ctx, request)
	if err != nil {
		return err
	}
	t.property = draft.ID
	t.acted("property.created", me, t.fact("area", "", fmt.Sprint(area)), t.fact("address", "", request.Address.Line1))
	if t.edits {
		if err := t.edit(ctx, area+1); err != nil {
			return err
		}
	}
	for n := range t.photos {
		if err := t.photograph(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// edit changes the draft's area. Where the answer was lost, a second try finds the draft
// changed already.
func (t *teller) edit(ctx context.Context, area int) error {
	for {
		now, err := t.owner.Client.GetPropertyWithResponse(ctx, t.property)
		if err != nil {
			return fmt.Errorf("read the draft: %w", err)
		}
		if now.JSON200.AreaSqft != nil && *now.JSON200.AreaSqft == area {
			break
		}
		_, err = t.owner.Client.UpdatePropertyWithResponse(ctx, t.property,
			&propflow.UpdatePropertyParams{IfMatch: now.HTTPResponse.Header.Get("ETag")}, propflow.UpdatePropertyRequest{AreaSqft: &area})
		if err == nil {
			break
		}
		if propflow.CodeOf(err) != "stale_version" {
			return fmt.Errorf("edit the draft: %w", err)
		}
	}
	t.ledger.replace(t.property, "area", "")
	t.acted("property.edited", t.owner.User.ID, t.fact("area", "", fmt.Sprint(area)))
	return nil
}

// photograph uploads a photo and awaits its verdict; one that fails, or that the owner does not
// like, is removed and taken again.
func (t *teller) photograph(ctx context.Context, n int) error {
	location := journey.DefaultProperty().Location
	me := t.owner.User.ID
	for try := range 4 {
		photo := t.picture(n, try)
		announced, err := t.owner.Upload(ctx, t.property, photo, propflow.Point{Lat: location.Lat, Lng: location.Lng}, "")
		if err != nil {
			return err
		}
		sum := sha256.Sum256(photo.Data)
		t.acted("photo.created", me)
		t.acted("photo.completed", me, t.fact("photo", announced.ID, hex.EncodeToString(sum[:])))
		judged, err := t.verdict(ctx, announced)
		if err != nil {
			return err
		}
		if judged.Status != propflow.PhotoStatusFAILED && (try > 0 || n == 0 || !t.retakes) {
			t.ledger.write(t.fact("verdict", judged.ID, string(judged.Status)))
			return nil
		}
		_, err = t.owner.Client.DeletePhotoWithResponse(ctx, t.property, judged.ID)
		if err != nil && propflow.CodeOf(err) != "photo_not_found" { // it is gone: the answer was lost
			return fmt.Errorf("remove a photo: %w", err)
		}
		t.retaken.Add(1)
		t.ledger.replace(t.property, "photo", judged.ID)
		t.acted("photo.deleted", me)
	}
	return fmt.Errorf("photo %d failed again and again", n)
}

// verdict awaits the verdict as an app does: it reads the photo again when it hears of it, and
// now and then in case it does not hear.
func (t *teller) verdict(ctx context.Context, photo propflow.Photo) (propflow.Photo, error) {
	for began := time.Now(); ; {
		t.hear(ctx, func(e propflow.Event) bool {
			return e.Name == "photo.inspected" && e.PhotoID != nil && *e.PhotoID == photo.ID
		})
		now, err := t.owner.Client.GetPhotoWithResponse(ctx, t.property, photo.ID)
		if err != nil {
			return propflow.Photo{}, fmt.Errorf("read the verdict: %w", err)
		}
		if now.JSON200.Status != propflow.PhotoStatusPROCESSING {
			t.verdicts.add(time.Since(began))
			return *now.JSON200, nil
		}
	}
}

// hear returns when the owner hears of it, or after a while.
func (t *teller) hear(ctx context.Context, match func(propflow.Event) bool) {
	const while = 5 * time.Second
	listening, cancel := context.WithTimeout(ctx, while)
	defer cancel()
	if _, err := t.owner.Events.Await(listening, match); err == nil {
		t.heard.Add(1)
		return
	}
	<-listening.Done() // also where the stream ended
}

// review has the staff do their part.
func (t *teller) review(ctx context.Context) error {
	valuer, err := t.claim(ctx)
	if err != nil {
		return err
	}
	if err := t.resolve(ctx, valuer); err != nil {
		return err
	}
	me := valuer.User.ID
	switch t.ending {
	case rejected:
		if _, err := valuer.Reject(ctx, t.property, propflow.RejectRequestCodeOTHER, "Not what it claims to be."); err != nil {
			return err
		}
		t.acted("review.rejected", me, t.fact("state", "", "REJECTED"), t.told("REJECTED", "SMS"), t.told("REJECTED", "WHATSAPP"))
		return nil
	case answered:
		if err := t.followUp(ctx, valuer); err != nil {
			return err
		}
	case signedOff, returned:
		if err := valuer.Flag(ctx, t.property, "A second pair of eyes, please."); err != nil {
			return err
		}
		t.acted("review.flagged", me)
	}
	valued, err := t.value(ctx, valuer)
	if err != nil {
		return err
	}
	if t.ending == returned {
		supervisor := t.supervisor()
		if _, err := supervisor.Return(ctx, t.property, "Please look again at the kitchen."); err != nil {
			return err
		}
		t.ledger.replace(t.property, "valuation", valued.ID)
		t.acted("valuation.returned", supervisor.User.ID, t.fact("valuation", valued.ID, amount(valued)+" RETURNED"))
		if valued, err = t.value(ctx, valuer); err != nil {
			return err
		}
	}
	if valued.Status == propflow.ValuationStatusAWAITINGSIGNOFF {
		supervisor := t.supervisor()
		if _, err := supervisor.SignOff(ctx, t.property); err != nil {
			return err
		}
		t.ledger.replace(t.property, "valuation", valued.ID)
		t.acted("valuation.signed_off", supervisor.User.ID, t.fact("valuation", valued.ID, amount(valued)+" APPROVED"))
	}
	return t.collect(ctx)
}

func amount(v propflow.Valuation) string { return fmt.Sprint(v.Amount.Amount) }

// claim takes the property for a valuer. Where two race, exactly one must win.
func (t *teller) claim(ctx context.Context) (*journey.Reviewer, error) {
	racers := []*journey.Reviewer{t.staff[t.number%valuers]}
	if t.races {
		racers = append(racers, t.staff[(t.number+1)%valuers])
	}
	faults := make([]error, len(racers))
	var race sync.WaitGroup
	for i, racer := range racers {
		race.Go(func() { _, faults[i] = racer.Claim(ctx, t.property) })
	}
	race.Wait()
	var winner *journey.Reviewer
	for i, fault := range faults {
		switch {
		case fault == nil && winner != nil:
			return nil, fmt.Errorf("property %s was claimed twice", t.property)
		case fault == nil:
			winner = racers[i]
		}
	}
	if winner == nil {
		return nil, fmt.Errorf("nobody could claim: %w", errors.Join(faults...))
	}
	t.acted("review.claimed", winner.User.ID, t.told("REVIEW_STARTED", "WHATSAPP"))
	return winner, nil
}

func (t *teller) supervisor() *journey.Reviewer { return t.staff[valuers+t.number%supervisors] }

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
		reason := fmt.Sprintf("Looked at it, case %d.", t.number)
		_, err := valuer.Client.ResolveFlagWithResponse(ctx, t.property, p.ID, &propflow.ResolveFlagParams{IdempotencyKey: propflow.NewKey()},
			propflow.ResolveFlagRequest{Decision: propflow.FlagDecisionACCEPTED, Reason: reason})
		if err != nil {
			return fmt.Errorf("resolve a flag: %w", err)
		}
		t.acted("photo.resolved", valuer.User.ID, t.fact("resolution", p.ID, "ACCEPTED "+reason))
	}
	return nil
}

// followUp has the owner answer a question and the valuer claim the case again.
func (t *teller) followUp(ctx context.Context, valuer *journey.Reviewer) error {
	asked, err := valuer.AskFollowUp(ctx, t.property, propflow.FollowUpItemRequest{
		Kind: propflow.FollowUpKindANSWERQUESTION, Message: "Which way does the kitchen face?",
	})
	if err != nil {
		return err
	}
	t.acted("review.follow_up_asked", valuer.User.ID, t.told("FOLLOW_UP_ASKED", "SMS"), t.told("FOLLOW_UP_ASKED", "WHATSAPP"))
	item, text := asked.FollowUps[0].Items[0].ID, fmt.Sprintf("East, as in case %d.", t.number)
	if _, err := t.owner.Answer(ctx, t.property, propflow.FollowUpAnswer{ItemID: item, Text: &text}); err != nil {
		return err
	}
	t.acted("review.follow_up_answered", t.owner.User.ID, t.fact("answer", item, text))
	if _, err := valuer.Claim(ctx, t.property); err != nil {
		return err
	}
	t.acted("review.claimed", valuer.User.ID)
	return nil
}

// value values the property as the model suggests.
func (t *teller) value(ctx context.Context, valuer *journey.Reviewer) (propflow.Valuation, error) {
	suggestion, err := valuer.Suggestion(ctx, t.property)
	if err != nil {
		return propflow.Valuation{}, err
	}
	if suggestion.Amount == nil {
		return propflow.Valuation{}, errors.New("there are too few sales to value by")
	}
	valued, err := valuer.Value(ctx, t.property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
	if err != nil {
		return propflow.Valuation{}, err
	}
	action := "valuation.approved"
	if valued.Status == propflow.ValuationStatusAWAITINGSIGNOFF {
		action = "valuation.sign_off_asked"
	}
	t.acted(action, valuer.User.ID, t.fact("valuation", valued.ID, amount(valued)+" "+string(valued.Status)))
	return valued, nil
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
	sum := sha256.Sum256(pdf)
	t.ledger.write(t.fact("state", "", "VALUED"), t.fact("report", "", hex.EncodeToString(sum[:])), t.told("VALUED", "SMS"), t.told("VALUED", "WHATSAPP"))
	return nil
}
