package intake

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateProperty edits a draft, or the fields that a follow-up unlocked. If the pin moves, every
// photo is judged by the new one.
type UpdateProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// UpdatePropertyInput is what the owner changes.
type UpdatePropertyInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	Version    int64 // of the property as the owner read it
	Change     domain.DetailsChange
}

// Execute returns the changed property. Errors: KindNotFound "property_not_found",
// KindStale, KindInvalid, KindConflict "property_locked" and "field_locked".
func (uc UpdateProperty) Execute(ctx context.Context, in UpdatePropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		if property.Version != in.Version {
			return domain.Property{}, domain.Stale("property")
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return domain.Property{}, err
		}
		change, err := property.Edit(in.Actor, in.Change, photos, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := tx.Save(ctx, &property, change, uc.IDs); err != nil {
			return domain.Property{}, err
		}
		return property, uc.judgePlaces(ctx, tx, property, photos, now)
	})
}

// judgePlaces judges the place of each photo by the new pin, in the transaction that moved it, so
// that no verdict by the old pin counts for a moment. It locks the photos in the order of the
// list, so that no two transactions wait for each other.
func (uc UpdateProperty) judgePlaces(ctx context.Context, tx ports.Tx, property domain.Property, photos []domain.Photo, now time.Time) error {
	pin := property.Details.Location
	for _, photo := range photos {
		if !photo.JudgePlace(pin, now) { // most edits leave the pin, and need no lock
			continue
		}
		photo, err := tx.Photos.Lock(ctx, photo.ID)
		if err != nil {
			return err
		}
		if !photo.JudgePlace(pin, now) {
			continue
		}
		if err := tx.Photos.Update(ctx, &photo); err != nil {
			return err
		}
		if err := tx.RecordChange(ctx, property, property.PlaceJudged(photo, now), uc.IDs); err != nil {
			return err
		}
	}
	return nil
}
