package valuation

import (
	"cmp"
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SearchComparables lists the comparables near a property.
type SearchComparables struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// SearchComparablesInput limits the search. A zero RadiusKM or Months means that of the
// settings, a zero Limit means 50.
type SearchComparablesInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	RadiusKM   float64 // 0.1…50
	Months     int     // greatest age of a sale, 1…60
	Limit      int     // 1…100
}

// usualLimit is the maximum number of comparables in the list if the input has no limit.
const usualLimit = 50

// Execute returns the comparables of the property's type, nearest first, adjusted to the
// property. Their weights are those of the model's suggestion, 0 for comparables that it does
// not use. Errors: KindInvalid, KindNotFound "property_not_found", KindForbidden
// "own_property" and "reason_required", KindConflict "subject_incomplete".
func (uc SearchComparables) Execute(ctx context.Context, in SearchComparablesInput) ([]domain.AdjustedComparable, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	now := uc.Clock.Now()
	type search struct {
		evidence
		listed []domain.Comparable
	}
	found, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (search, error) {
		property, err := reviewedProperty(ctx, tx, in.Actor, in.PropertyID, now)
		if err != nil {
			return search{}, err
		}
		e, err := gather(ctx, tx, property, now)
		if err != nil {
			return search{}, err
		}
		wanted := e.settings
		wanted.SearchRadiusKM = cmp.Or(in.RadiusKM, wanted.SearchRadiusKM)
		wanted.ComparableMaxAgeMonths = cmp.Or(in.Months, wanted.ComparableMaxAgeMonths)
		listed, err := tx.Comparables.Near(ctx, e.subject.Type, e.subject.Location, wanted.SearchRadiusKM, wanted.SoldSince(now), cmp.Or(in.Limit, usualLimit))
		return search{e, listed}, err
	})
	if err != nil {
		return nil, err
	}
	return found.adjust(found.listed), nil
}

func (in SearchComparablesInput) validate() error {
	var v domain.Violations
	v.Require(in.RadiusKM == 0 || in.RadiusKM >= 0.1 && in.RadiusKM <= domain.MaxComparableKM, "radius_km", "range", "must be 0.1 to 50")
	v.Require(in.Months >= 0 && in.Months <= domain.MaxComparableMonths, "months", "range", "must be 1 to 60")
	v.Require(in.Limit >= 0 && in.Limit <= 100, "limit", "range", "must be 1 to 100")
	return v.Err()
}
