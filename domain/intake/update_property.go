package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateProperty edits a draft, or the fields that a follow-up unlocked.
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
		if property.Version != in.Version {
			return UpdatePropertyOutput{}, domain.Stale("property")
		}
		before := property.ExternalRef
		change, err := property.Edit(in.Actor, in.Change, now)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		if property.ExternalRef != before { // one that two cases of an earlier release have may stay
			if err := tx.Properties.ReserveExternalRef(ctx, property.OwnerID, property.ExternalRef, property.ID); err != nil {
				return UpdatePropertyOutput{}, err
			}
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return UpdatePropertyOutput{Property: property, Cleared: change.Cleared}, err
	})
}
