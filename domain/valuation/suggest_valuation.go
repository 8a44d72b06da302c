package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SuggestValuation returns the model's suggestion for the value of a property.
type SuggestValuation struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// SuggestValuationInput names the property.
type SuggestValuationInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute returns the suggestion. Its amount is 0 if there are too few comparables. Errors:
// KindNotFound "property_not_found", KindForbidden "own_property" and "reason_required",
// KindConflict "subject_incomplete".
func (uc SuggestValuation) Execute(ctx context.Context, in SuggestValuationInput) (domain.Suggestion, error) {
	now := uc.Clock.Now()
	found, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (evidence, error) {
		property, err := reviewedProperty(ctx, tx, in.Actor, in.PropertyID, now)
		if err != nil {
			return evidence{}, err
		}
		return gather(ctx, tx, property, now)
	})
	if err != nil {
		return domain.Suggestion{}, err
	}
	return found.suggest(), nil
}
