package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// TakeBackResolution withdraws a valuer's decision on a photo, until the case is decided.
type TakeBackResolution struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// TakeBackResolutionInput names the photo.
type TakeBackResolutionInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	PhotoID    domain.PhotoID
}

// Execute returns the photo without the decision; the audit trail keeps both. Errors: KindNotFound
// "property_not_found" and "photo_not_found", KindForbidden "own_property", KindConflict
// "illegal_transition", "claim_not_held", "flag_not_resolved" and "photo_is_no_evidence", those of
// ports.Once.
func (uc TakeBackResolution) Execute(ctx context.Context, in TakeBackResolutionInput) (domain.Photo, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		property, photo, err := lockReviewed(ctx, tx, in.Actor, in.PropertyID, in.PhotoID, domain.ActionPhotoTakenBack)
		if err != nil {
			return domain.Photo{}, err
		}
		if err := photo.TakeBackResolution(); err != nil {
			return domain.Photo{}, err
		}
		if err := tx.Photos.Update(ctx, &photo); err != nil {
			return domain.Photo{}, err
		}
		return photo, tx.RecordChange(ctx, property, property.PhotoChange(domain.ActionPhotoTakenBack, photo, in.Actor, now), uc.IDs)
	})
}
