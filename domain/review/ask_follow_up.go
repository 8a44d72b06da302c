package review

import (
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AskFollowUp sends a case back to its owner with questions.
type AskFollowUp struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// AskFollowUpInput contains the valuer's requests to the owner.
type AskFollowUpInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Items      []domain.FollowUpItem // 1…domain.MaxFollowUpItems, without ids and answers
}

// Execute returns the property, which now waits for its owner; every item has an id.
// Errors: KindInvalid, KindNotFound "property_not_found", KindForbidden "own_property",
// KindConflict "illegal_transition" and "claim_not_held", those of ports.Once.
func (uc AskFollowUp) Execute(ctx context.Context, in AskFollowUpInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return domain.Property{}, err
		}
		items := slices.Clone(in.Items)
		for i := range items {
			items[i].ID = domain.FollowUpItemID(uc.IDs.New())
		}
		change, err := property.AskFollowUp(in.Actor, items, photos, now)
		if err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
