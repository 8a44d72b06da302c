package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// reviewedProperty returns a property whose valuation the actor may take part in. Staff may not
// see how their own property is valued. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property".
func reviewedProperty(ctx context.Context, tx ports.Tx, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.GetVisible(ctx, actor, id)
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
