package capture

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DeletePhoto removes a photo that is not submitted evidence.
type DeletePhoto struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// DeletePhotoInput names the photo to remove.
type DeletePhotoInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	PhotoID    domain.PhotoID
}

// Execute removes the photo and leaves its files to a job. Errors: KindNotFound
// "property_not_found" and "photo_not_found", KindConflict "property_locked", and "case_kept" if a legal hold
// covers the property.
func (uc DeletePhoto) Execute(ctx context.Context, in DeletePhotoInput) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return err
		}
		photo, err := lockPhoto(ctx, tx, property.ID, in.PhotoID)
		if err != nil {
			return err
		}
		if err := property.MayDeletePhoto(photo); err != nil {
			return err
		}
		if err := tx.Releasable(ctx, property); err != nil {
			return err
		}
		if err := remove(ctx, tx, property, photo, now, uc.IDs); err != nil {
			return err
		}
		property.UpdatedAt = now
		return tx.Save(ctx, &property, property.PhotoChange(domain.ActionPhotoDeleted, photo, in.Actor, now), uc.IDs)
	})
}

// remove deletes a photo of a locked property. A failed photo that it had replaced is no longer
// marked as replaced, and its place is judged by the present pin: while it was replaced, no move of
// the pin did that.
func remove(ctx context.Context, tx ports.Tx, property domain.Property, photo domain.Photo, now time.Time, ids ports.IDs) error {
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return err
	}
	photos = slices.DeleteFunc(photos, func(p domain.Photo) bool { return p.ID == photo.ID })
	for i, other := range photos {
		if other.ReplacedBy != photo.ID {
			continue
		}
		if photos[i], err = tx.Photos.Lock(ctx, other.ID); err != nil {
			return err
		}
		photos[i].ReplacedBy = ""
		judged := property.JudgePlaces(photos, now)
		if err := tx.Photos.Update(ctx, &photos[i]); err != nil {
			return err
		}
		if len(judged) == 0 {
			continue
		}
		if err := tx.RecordChange(ctx, property, property.PlaceJudged(photos[i], now), ids); err != nil {
			return err
		}
	}
	return tx.Photos.Delete(ctx, photo.ID)
}
