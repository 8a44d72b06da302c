package intake

import (
	"cmp"
	"context"
	"fmt"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/postal"
	"github.com/propflow/propflow/ports"
)

// How many pincodes ListNearestPincodes returns.
const (
	DefaultNearestPincodes = 5
	MaxNearestPincodes     = 20
)

// ListNearestPincodes finds pincodes by a position, so that an owner need not type one.
type ListNearestPincodes struct {
	UnitOfWork ports.UnitOfWork
}

// ListNearestPincodesInput is the position, and how many pincodes are wanted.
type ListNearestPincodesInput struct {
	Actor domain.Actor
	At    domain.Point // in India
	Limit int          // 1…MaxNearestPincodes, 0 for DefaultNearestPincodes
}

// Execute returns the pincodes nearest to the position, nearest first. Those whose position
// is not good enough are left out. Errors: KindInvalid for the position and the limit,
// KindConflict "consent_required" of a customer, whose position is their own; those of the store.
func (uc ListNearestPincodes) Execute(ctx context.Context, in ListNearestPincodesInput) ([]postal.Near, error) {
	limit := cmp.Or(in.Limit, DefaultNearestPincodes)
	var v domain.Violations
	v.Require(in.At.Valid() && in.At.InIndia(), "location", "range", "must be a place in India")
	v.Require(limit >= 1 && limit <= MaxNearestPincodes, "limit", "range", fmt.Sprintf("must be 1 to %d", MaxNearestPincodes))
	if err := v.Err(); err != nil {
		return nil, err
	}
	if in.Actor.Role == domain.RoleCustomer {
		agreed, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Agreement, error) {
			return tx.Agreement(ctx, in.Actor.ID)
		})
		if err == nil {
			err = agreed.Require()
		}
		if err != nil {
			return nil, err
		}
	}
	return in.At.NearestPincodes(limit), nil
}
