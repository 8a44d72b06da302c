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
func (j *journeyRunner) capture(ctx context.Context) error {
	if err := j.owner.Consent(ctx); err != nil {
		return err
	}
	me := j.owner.User.ID
	j.ledger.write(fact{"", "consent", me, "given"})
	request := journey.DrawnProperty(int64(j.number))
	j.place = propflow.Point{Lat: request.Location.Lat, Lng: request.Location.Lng}
	area := 1000 + j.number%500
	request.AreaSqft = &area
	draft, err := j.owner.Draft(ctx, request)
	if err != nil {
		return err
	}
	j.property = draft.ID
	j.acted("property.created", me, j.fact("area", "", fmt.Sprint(area)), j.fact("address", "", request.Address.Line1))
	if j.edits {
		if err := j.edit(ctx, area+1); err != nil {
			return err
		}
	}
	for n := range j.photos {
		if err := j.photograph(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// edit changes the draft's area. It reads the draft before each try, because the draft is
// changed already if the answer to the last try was lost.
func (j *journeyRunner) edit(ctx context.Context, area int) error {
	for {
		now, err := j.owner.Client.GetPropertyWithResponse(ctx, j.property, nil)
		if err != nil {
			return fmt.Errorf("read the draft: %w", err)
		}
		if mine, err := now.JSON200.AsOwnerProperty(); err != nil {
			return err
		} else if mine.AreaSqft != nil && *mine.AreaSqft == area {
			break
		}
		_, err = j.owner.Client.UpdatePropertyWithResponse(ctx, j.property,
			&propflow.UpdatePropertyParams{IfMatch: now.HTTPResponse.Header.Get("ETag")}, propflow.UpdatePropertyRequest{AreaSqft: &area})
		if err == nil {
			break
		}
		if propflow.CodeOf(err) != "stale_version" {
			return fmt.Errorf("edit the draft: %w", err)
		}
	}
	j.ledger.replace(j.property, "area", "")
	j.acted("property.edited", j.owner.User.ID, j.fact("area", "", fmt.Sprint(area)))
	return nil
}

// photograph uploads a photo and awaits its verdict. A photo that fails, or that the story has
// taken again, is removed and replaced, in up to four tries.
func (j *journeyRunner) photograph(ctx context.Context, n int) error {
	me := j.owner.User.ID
	for try := range 4 {
		photo := j.picture(n, try)
		announced, err := j.owner.Upload(ctx, j.property, photo, j.place, "")
		if err != nil {
			return err
		}
		sum := sha256.Sum256(photo.Data)
		j.acted("photo.created", me)
		j.acted("photo.completed", me, j.fact("photo", announced.ID, hex.EncodeToString(sum[:])))
		judged, err := j.verdict(ctx, announced)
		if err != nil {
			return err
		}
		if judged.Status != propflow.PhotoStatusFAILED && (try > 0 || n == 0 || !j.retakes) {
			j.ledger.write(j.fact("verdict", judged.ID, string(judged.Status)))
			return nil
		}
		_, err = j.owner.Client.DeletePhotoWithResponse(ctx, j.property, judged.ID)
		if err != nil && propflow.CodeOf(err) != "photo_not_found" { // deleted already: the answer was lost
			return fmt.Errorf("remove a photo: %w", err)
		}
		j.retaken.Add(1)
		j.ledger.replace(j.property, "photo", judged.ID)
		j.acted("photo.deleted", me)
	}
	return fmt.Errorf("photo %d failed again and again", n)
}

// verdict awaits the verdict as an app does: it reads the photo again when a live event
// announces the verdict, and every few seconds in case the event was missed.
func (j *journeyRunner) verdict(ctx context.Context, photo propflow.OwnerPhoto) (propflow.OwnerPhoto, error) {
	for began := time.Now(); ; {
		j.awaitEvent(ctx, func(e propflow.Event) bool {
			return e.Name == "photo.inspected" && e.PhotoID != nil && *e.PhotoID == photo.ID
		})
		now, err := j.owner.Photo(ctx, j.property, photo.ID)
		if err != nil {
			return propflow.OwnerPhoto{}, err
		}
		if now.Status != propflow.PhotoStatusPROCESSING {
			j.verdicts.add(time.Since(began))
			return now, nil
		}
	}
}

// awaitEvent returns once the owner receives a matching live event, or after 5 s.
func (j *journeyRunner) awaitEvent(ctx context.Context, match func(propflow.Event) bool) {
	const while = 5 * time.Second
	listening, cancel := context.WithTimeout(ctx, while)
	defer cancel()
	if _, err := j.owner.Events.Await(listening, match); err == nil {
		j.pushed.Add(1)
		return
	}
	j.polled.Add(1)
	<-listening.Done() // even if the stream ended, so that callers do not poll without a pause
}
