package valuation

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CreateComparable adds one comparable.
type CreateComparable struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// CreateComparableInput is the comparable. Execute sets its ID, CreatedBy and CreatedAt, cuts
// SoldOn to the day in UTC, and ignores Withdrawn.
type CreateComparableInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	Comparable domain.Comparable
}

// Execute returns the stored comparable. Errors: KindInvalid, also if its price is implausible
// among the comparables around it; KindConflict "comparable_exists", those of ports.Once.
func (uc CreateComparable) Execute(ctx context.Context, in CreateComparableInput) (domain.Comparable, error) {
	now := uc.Clock.Now()
	sale := in.Comparable
	sale.SoldOn = sale.SoldOn.UTC().Truncate(24 * time.Hour)
	sale.CreatedBy, sale.CreatedAt, sale.Withdrawn = in.Actor.ID, now, nil
	if err := sale.Validate(now); err != nil {
		return domain.Comparable{}, err
	}
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Comparable, error) {
		sale.ID = domain.ComparableID(uc.IDs.New())
		bounds, err := tx.PriceBounds(ctx, []domain.Comparable{sale}, now)
		if err != nil {
			return domain.Comparable{}, err
		}
		if err := tx.Comparables.Add(ctx, sale); err != nil {
			return domain.Comparable{}, err
		}
		if !bounds[0].Contain(sale) {
			return domain.Comparable{}, domain.Violations{bounds[0].Violation()}.Err()
		}
		event := domain.SecurityBy(in.Actor, domain.SecurityComparableCreated, now)
		event.Detail = string(sale.ID)
		return sale, tx.Security.Append(ctx, event)
	})
}
