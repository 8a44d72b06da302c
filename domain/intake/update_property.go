package intake

import (
	"context"
	"slices"
	"time"

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
		if property.Version != in.Version {
			return domain.Property{}, domain.Stale("property")
		}
		before := property
		change, err := property.Edit(in.Actor, in.Change, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := tx.Save(ctx, &property, change, uc.IDs); err != nil {
			return domain.Property{}, err
		}
		return property, announceLinks(ctx, tx, before, property, now)
	})
}

// announceLinks announces the links that an edit of a submitted case made. Those of a draft are
// announced by its submission. Errors: those of the stores.
func announceLinks(ctx context.Context, tx ports.Tx, before, after domain.Property, now time.Time) error {
	if after.SubmittedAt.IsZero() {
		return nil
	}
	known, err := tx.LinksOf(ctx, before, now)
	if err != nil {
		return err
	}
	links, err := tx.LinksOf(ctx, after, now)
	if err != nil {
		return err
	}
	return tx.AnnounceLinks(ctx, slices.DeleteFunc(links, func(l domain.Link) bool {
		return slices.ContainsFunc(known, func(k domain.Link) bool { return k.Kind == l.Kind && k.With == l.With })
	}), now)
}
