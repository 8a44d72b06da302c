package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AnswerFollowUp puts a case back into the queue with the owner's answers, reserved for the
// valuer who asked, if they can still review.
type AnswerFollowUp struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// AnswerFollowUpInput contains the owner's answers.
type AnswerFollowUpInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Answers    []domain.FollowUpAnswer // one for each item of the open follow-up
}

// Execute returns the property, which is in the queue again. It marks the photos that were taken
// again as replaced by their successors. Errors: KindNotFound "property_not_found", KindInvalid
// for every item that is not answered, KindConflict "illegal_transition", "follow_up_expired", "consent_required" and
// "evidence_incomplete" whose fields name all that the gate blocks on, those of ports.Once.
func (uc AnswerFollowUp) Execute(ctx context.Context, in AnswerFollowUpInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return domain.Property{}, err
		}
		change, replaced, err := property.AnswerFollowUp(in.Actor, in.Answers, domain.Evidence{Photos: photos}, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := tx.RequireConsent(ctx, in.Actor.ID); err != nil {
			return domain.Property{}, err
		}
		if err := replace(ctx, tx, photos, replaced); err != nil {
			return domain.Property{}, err
		}
		valuer, err := lockUser(ctx, tx, property.Reservation.ValuerID)
		if err != nil {
			return domain.Property{}, err
		}
		if valuer.MayReview() != nil {
			property.Unreserve()
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}

// replace marks photos as replaced by their successors. It locks them in the order of the list,
// so that no two transactions wait for each other.
func replace(ctx context.Context, tx ports.Tx, photos []domain.Photo, successors map[domain.PhotoID]domain.PhotoID) error {
	for _, photo := range photos {
		successor, ok := successors[photo.ID]
		if !ok {
			continue
		}
		photo, err := tx.Photos.Lock(ctx, photo.ID)
		if err != nil {
			return err
		}
		photo.ReplacedBy = successor
		if err := tx.Photos.Update(ctx, &photo); err != nil {
			return err
		}
	}
	return nil
}
