package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// ending is how a case ends.
type ending int

const (
	plainly   ending = iota // the valuer values it
	signedOff               // and a supervisor signs
	answered                // after the owner answered a question
	rejected
)

// endings are dealt to the cases in turn: of twenty, two need a second pair of eyes, two a
// follow-up, and one is rejected.
var endings = [20]ending{plainly, signedOff, answered, rejected, 10: signedOff, 12: answered}

// owner is a customer at work on one case.
type owner struct {
	*crowd
	*person
	news     *news
	app      *journey.Owner
	random   *rand.Rand
	number   int
	ending   ending
	property propflow.OwnerProperty
}

// own does what an owner does, from login to the report. Its error names the step at which they
// gave up.
func (c *crowd) own(ctx context.Context, number int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, journeyTime, fmt.Errorf("the journey took longer than %v", journeyTime))
	defer cancel()
	who, err := c.enter(ctx, firstOwner+c.opts.owners+number, fmt.Sprintf("+919%09d", 810_000_000+number), "")
	if err != nil {
		return err
	}
	o := &owner{
		crowd: c, person: who, news: newNews(), number: number, ending: endings[number%len(endings)],
		random: rand.New(rand.NewPCG(c.opts.seed, uint64(number))),
	}
	o.app = &journey.Owner{Person: who.Person, Doer: who.client}
	ended, err := c.watch(ctx, who, o.news.add)
	if err != nil {
		return err
	}
	defer func() { cancel(); <-ended }()
	if err := o.capture(ctx); err != nil {
		return err
	}
	return o.follow(ctx)
}

// capture drafts, photographs and submits a property.
func (o *owner) capture(ctx context.Context) error {
	if _, err := o.Client.GetMeWithResponse(ctx); err != nil {
		return err
	}
	if err := o.app.Consent(ctx); err != nil {
		return err
	}
	request := journey.DrawnProperty(int64(o.number))
	area := 900 + o.random.IntN(900)
	request.AreaSqft = &area
	var err error
	if o.property, err = o.app.Draft(ctx, request); err != nil {
		return err
	}
	verdicts := make([]error, o.opts.photos)
	var judging sync.WaitGroup
	defer judging.Wait()
	for n := range o.opts.photos {
		if n > 0 {
			rest(ctx, o.about(o.opts.pause))
		}
		photo, err := o.upload(ctx, n)
		if err != nil {
			return err
		}
		uploaded := o.client.lastUpload()
		judging.Go(func() { verdicts[n] = o.verdict(ctx, photo, uploaded) })
	}
	judging.Wait()
	if err := errors.Join(verdicts...); err != nil {
		return err
	}
	o.cases.add(o)
	if o.property, err = o.app.Submit(ctx, o.property.ID); err != nil {
		return err
	}
	o.handOver(nil)
	return o.awaitChange(ctx, "property.submitted")
}

// about draws a pause of that mean.
func (o *owner) about(mean time.Duration) time.Duration {
	return time.Duration(2 * o.random.Float64() * float64(mean))
}

// rooms are what the photos after the front show, in turn.
var rooms = []propflow.Room{propflow.RoomLIVING, propflow.RoomKITCHEN, propflow.RoomBEDROOM, propflow.RoomBATHROOM, propflow.RoomOTHER}

const (
	// reported is the model that journey's device reports.
	reported = "PropFlow journey"
	// flagged is the share of owners who take a photo that a valuer must accept: one in so many.
	flagged = 5
)

// upload takes the n-th photo and uploads it.
func (o *owner) upload(ctx context.Context, n int) (propflow.OwnerPhoto, error) {
	at := propflow.Point{Lat: o.property.Location.Lat, Lng: o.property.Location.Lng}
	photo := journey.Photo{Name: fmt.Sprintf("photo %d", n), Type: propflow.PhotoTypeFRONT}
	if n > 0 {
		photo.Type, photo.Room = propflow.PhotoTypeINTERNAL, rooms[(n-1)%len(rooms)]
	}
	model := reported
	if n == 1 && o.number%flagged == 0 {
		model = "Another phone"
	}
	photo.Data = o.pool.photo(o.random, model, time.Now(), at.Lat, at.Lng)
	return o.app.Upload(ctx, o.property.ID, photo, at, "")
}

// verdict awaits the verdict on a photo, by live event, and reads it.
func (o *owner) verdict(ctx context.Context, photo propflow.OwnerPhoto, uploaded time.Time) error {
	event, err := o.news.await(ctx, "a verdict", func(e propflow.Event) bool {
		return e.Name == "photo.inspected" && e.PhotoID != nil && *e.PhotoID == photo.ID
	})
	if err != nil {
		return err
	}
	o.wire.book.Load().waited(uploadToVerdict, uploaded, event.at)
	judged, err := o.app.Photo(ctx, photo.PropertyID, photo.ID)
	if err != nil {
		return err
	}
	o.wire.book.Load().judged(judged)
	return nil
}

// awaitChange awaits that something happens to the case, reads it, and records which messages the
// owner is owed for it.
func (o *owner) awaitChange(ctx context.Context, action string) error {
	event, err := o.news.await(ctx, action, func(e propflow.Event) bool { return e.Name == action && e.PropertyID == o.property.ID })
	if err != nil {
		return err
	}
	if o.property, err = o.app.Property(ctx, o.property.ID); err != nil {
		return err
	}
	o.debts.owe(o, action, event.At)
	return nil
}

// follow sees the case to its end.
func (o *owner) follow(ctx context.Context) error {
	if err := o.awaitChange(ctx, "review.claimed"); err != nil {
		return err
	}
	if o.ending == answered {
		if err := o.answer(ctx); err != nil {
			return err
		}
	}
	last := "report.stored"
	if o.ending == rejected {
		last = "review.rejected"
	}
	if err := o.awaitChange(ctx, last); err != nil {
		return err
	}
	if o.ending == rejected {
		return nil
	}
	_, _, err := o.app.Result(ctx, o.property.ID)
	return err
}

// answer answers the valuer's question, whereupon the same valuer goes on.
func (o *owner) answer(ctx context.Context) error {
	if err := o.awaitChange(ctx, "review.follow_up_asked"); err != nil {
		return err
	}
	now := o.property.FollowUps[0]
	text := "East."
	if _, err := o.app.Answer(ctx, o.property.ID, propflow.FollowUpAnswer{ItemID: now.Items[0].ID, Text: &text}); err != nil {
		return err
	}
	o.handOver(o.cases.valuer(o.property.ID))
	return nil
}
