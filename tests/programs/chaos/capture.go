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
	t.polled.Add(1)
	<-listening.Done() // also where the stream ended
}
