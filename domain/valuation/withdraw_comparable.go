package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// WithdrawComparable takes a wrong comparable out of use. It stays stored, with who withdrew it,
// when and why, because valuations may rest on it.
type WithdrawComparable struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// WithdrawComparableInput names the comparable and the reason.
type WithdrawComparableInput struct {
	Actor        domain.Actor
	Key          domain.IdempotencyKey
	ComparableID domain.ComparableID
	Reason       string // 3 to 500 characters
}

// Execute returns the comparable with its withdrawal. Errors: KindInvalid, KindNotFound
// "comparable_not_found", KindConflict "comparable_withdrawn" if it was withdrawn before, those
// of ports.Once.
func (uc WithdrawComparable) Execute(ctx context.Context, in WithdrawComparableInput) (domain.Comparable, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Comparable, error) {
		c, err := tx.Comparables.Get(ctx, in.ComparableID)
		if err != nil {
			return domain.Comparable{}, err
		}
		if err := c.Withdraw(in.Actor, in.Reason, now); err != nil {
			return domain.Comparable{}, err
		}
		if err := tx.Comparables.Withdraw(ctx, c.ID, *c.Withdrawn); err != nil {
			return domain.Comparable{}, err
		}
		event := domain.SecurityBy(in.Actor, domain.SecurityComparableWithdrawn, now)
		event.Detail = string(c.ID)
		return c, tx.Security.Append(ctx, event)
	})
}
