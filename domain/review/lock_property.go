package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// visibleProperty locks a property that the actor may know of. Errors: KindNotFound
// "property_not_found".
func visibleProperty(ctx context.Context, tx ports.Tx, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Lock(ctx, id)
	if err != nil {
		return domain.Property{}, err
	}
	return property, property.VisibleTo(actor)
}

// currentValuation returns the property's valuation in force. Where there is none yet it
// returns a zero one, and the state machine refuses what was asked of it.
func currentValuation(ctx context.Context, tx ports.Tx, property domain.Property) (domain.Valuation, error) {
	if property.Valuation == "" {
		return domain.Valuation{}, nil
	}
	return tx.Valuations.Get(ctx, property.Valuation)
}
