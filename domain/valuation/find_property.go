package valuation

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// reviewedProperty returns a property whose valuation the actor may take part in. Staff may not
// see how their own property is valued. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property" and "reason_required".
func reviewedProperty(ctx context.Context, tx ports.Tx, actor domain.Actor, id domain.PropertyID, now time.Time) (domain.Property, error) {
	property, _, err := tx.OpenCase(ctx, actor, id, now)
	if err != nil {
		return domain.Property{}, err
	}
	if err := property.ReviewableBy(actor); err != nil {
		return domain.Property{}, err
	}
	return property, nil
}

// currentValuation returns the version of the property's valuation that is in force, and false
// if there is none yet.
func currentValuation(ctx context.Context, tx ports.Tx, property domain.Property) (domain.Valuation, bool, error) {
	if property.Valuation == "" {
		return domain.Valuation{}, false, nil
	}
	v, err := tx.Valuations.Get(ctx, property.Valuation)
	return v, err == nil, err
}
