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

// Execute returns the changed property. Errors: KindNotFound "property_not_found",
// KindStale, KindInvalid, KindConflict "property_locked" and "field_locked".
func (uc UpdateProperty) Execute(ctx context.Context, in UpdatePropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		// In other states Edit refuses whatever the version is, which the owner does not see there.
		if property.State.OwnersTurn() && property.Version != in.Version {
			return domain.Property{}, domain.Stale("property")
		}
		change, err := property.Edit(in.Actor, in.Change, now)
		if err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}
