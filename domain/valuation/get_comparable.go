package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetComparable reads one comparable.
type GetComparable struct {
	UnitOfWork ports.UnitOfWork
}

// GetComparableInput names the comparable.
type GetComparableInput struct {
	Actor        domain.Actor
	ComparableID domain.ComparableID
}

// Execute returns the comparable. Errors: KindNotFound "comparable_not_found".
func (uc GetComparable) Execute(ctx context.Context, in GetComparableInput) (domain.Comparable, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Comparable, error) {
		return tx.Comparables.Get(ctx, in.ComparableID)
	})
}
