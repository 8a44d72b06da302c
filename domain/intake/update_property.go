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

// UpdatePropertyOutput is the changed property.
type UpdatePropertyOutput struct {
	Property domain.Property
	// Cleared are the details that the type cannot have and that were therefore removed.
	Cleared []domain.Field
}

// Execute returns the changed property. Errors: KindNotFound "property_not_found",
// KindStale, KindInvalid, KindConflict "property_locked", "field_locked" and
// "external_ref_taken".
func (uc UpdateProperty) Execute(ctx context.Context, in UpdatePropertyInput) (UpdatePropertyOutput, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (UpdatePropertyOutput, error) {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		// In other states Edit refuses whatever the version is, which the owner does not see there.
		if property.State.OwnersTurn() && property.Version != in.Version {
			return UpdatePropertyOutput{}, domain.Stale("property")
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		before := property.ExternalRef
		change, err := property.Edit(in.Actor, in.Change, photos, now)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		if property.ExternalRef != before { // one that two cases of an earlier release have may stay
			if err := tx.Properties.ReserveExternalRef(ctx, property.OwnerID, property.ExternalRef, property.ID); err != nil {
				return UpdatePropertyOutput{}, err
			}
		}
		if err := tx.Save(ctx, &property, change, uc.IDs); err != nil {
			return UpdatePropertyOutput{}, err
		}
		out := UpdatePropertyOutput{Property: property, Cleared: change.Cleared}
		return out, uc.judgePlaces(ctx, tx, property, photos, now)
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
