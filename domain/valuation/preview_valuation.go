package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PreviewValuation asks the evidence gate what an appraisal would lead to: what blocks it, and
// which risks would ask for a second signature. It changes nothing.
type PreviewValuation struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// PreviewValuationInput is the valuer's appraisal.
type PreviewValuationInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	Appraisal  domain.Appraisal
}

// Execute returns the answer of the gate. Errors: KindNotFound "property_not_found", KindForbidden
// "own_property", KindConflict "illegal_transition", "claim_not_held" and "subject_incomplete",
// KindInvalid.
func (uc PreviewValuation) Execute(ctx context.Context, in PreviewValuationInput) (domain.GateResult, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.GateResult, error) {
		property, err := tx.GetVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.GateResult{}, err
		}
		if err := property.RequireClaim(domain.ActionValued, in.Actor); err != nil {
			return domain.GateResult{}, err
		}
		evidence, err := appraise(ctx, tx, property, in.Actor, in.Appraisal, "", now)
		if err != nil {
			return domain.GateResult{}, err
		}
		return domain.Gate(domain.GateValuation, property, evidence), nil
	})
}
