package review

import (
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListLinks lists the cases that show the same picture as a case, or may be about the same property.
type ListLinks struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// ListLinksInput names the property.
type ListLinksInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute returns the links, the nearest first, as they are now. It leaves out cases of the actor's
// own, because owners may not know of links. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property" and "reason_required".
func (uc ListLinks) Execute(ctx context.Context, in ListLinksInput) ([]domain.Link, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Link, error) {
		now := uc.Clock.Now()
		property, _, err := tx.OpenCase(ctx, in.Actor, in.PropertyID, now)
		if err != nil {
			return nil, err
		}
		if err := property.ReviewableBy(in.Actor); err != nil {
			return nil, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return nil, err
		}
		links, err := tx.LinksOf(ctx, property, photos, now)
		return slices.DeleteFunc(links, func(l domain.Link) bool { return l.OwnerID == in.Actor.ID }), err
	})
}
