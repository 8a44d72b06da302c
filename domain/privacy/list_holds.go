package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListHolds lists the orders to keep data.
type ListHolds struct {
	UnitOfWork ports.UnitOfWork
}

// ListHoldsInput is one page. Empty filters let everything through.
type ListHoldsInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	UserID     domain.UserID
	InForce    bool // without those that were lifted
	Page       domain.Page
}

// Execute returns the holds, newest first. Errors: KindInvalid for the cursor, KindUnavailable.
func (uc ListHolds) Execute(ctx context.Context, in ListHoldsInput) (domain.List[domain.LegalHold], error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.LegalHold], error) {
		filter := ports.LegalHoldFilter{PropertyID: in.PropertyID, UserID: in.UserID, InForce: in.InForce}
		return tx.LegalHolds.List(ctx, filter, in.Page)
	})
}
