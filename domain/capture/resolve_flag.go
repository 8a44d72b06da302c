package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ResolveFlag records a valuer's decision to accept a flagged photo, or to refuse any photo.
type ResolveFlag struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ResolveFlagInput is the decision on one photo, with its reason.
type ResolveFlagInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	PhotoID    domain.PhotoID
	Decision   domain.FlagDecision
	Reason     string // 3…500 characters
}

// Execute returns the resolved photo. Errors: KindInvalid, KindNotFound
// "property_not_found" and "photo_not_found", KindForbidden "own_property", KindConflict
// "illegal_transition", "claim_not_held", "photo_not_flagged", "photo_is_no_evidence" and
// "flag_already_resolved", those of ports.Once.
func (uc ResolveFlag) Execute(ctx context.Context, in ResolveFlagInput) (domain.Photo, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		property, photo, err := lockReviewed(ctx, tx, in.Actor, in.PropertyID, in.PhotoID, domain.ActionPhotoResolved)
		if err != nil {
			return domain.Photo{}, err
		}
		if err := photo.Resolve(in.Decision, in.Reason, in.Actor.ID, now); err != nil {
			return domain.Photo{}, err
		}
		if err := tx.Photos.Update(ctx, &photo); err != nil {
			return domain.Photo{}, err
		}
		decision := domain.Fact{Name: "decision", Value: string(in.Decision)}
		change := property.PhotoChange(domain.ActionPhotoResolved, photo, in.Actor, now, decision)
		return photo, tx.RecordChange(ctx, property, change, uc.IDs)
	})
}
