package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// currentValuation returns the property's valuation in force. If there is none yet it returns a
// zero one, because the state machine then refuses the action anyway.
func currentValuation(ctx context.Context, tx ports.Tx, property domain.Property) (domain.Valuation, error) {
	if property.Valuation == "" {
		return domain.Valuation{}, nil
	}
	return tx.Valuations.Get(ctx, property.Valuation)
}
