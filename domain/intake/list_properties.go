package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListProperties lists an owner's properties.
type ListProperties struct {
	UnitOfWork ports.UnitOfWork
}

// ListPropertiesInput names the owner and selects a page.
type ListPropertiesInput struct {
	Actor domain.Actor
	Page  domain.Page
}

// Execute returns one page, newest first.
func (uc ListProperties) Execute(ctx context.Context, in ListPropertiesInput) (domain.List[domain.Property], error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
		return tx.Properties.ByOwner(ctx, in.Actor.ID, in.Page)
	})
}
