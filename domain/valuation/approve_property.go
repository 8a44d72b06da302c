package valuation

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ApproveProperty values a property. The case is approved and its report asked for; but if the
// valuation is risky, the case waits for a supervisor's sign-off.
type ApproveProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ApprovePropertyInput is the valuer's appraisal.
type ApprovePropertyInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
	Appraisal  domain.Appraisal
}

// Execute returns the new version of the valuation, with the model's suggestion at this time
// and the chosen comparables as the model adjusts them. Errors: KindNotFound
// "property_not_found", KindForbidden "own_property", KindConflict "illegal_transition",
// "claim_not_held", "subject_incomplete", and "evidence_incomplete" whose fields name all that the
// gate blocks on, KindInvalid, those of ports.Once. The state and the claim are checked before the
// input, the evidence after it.
func (uc ApproveProperty) Execute(ctx context.Context, in ApprovePropertyInput) (domain.Valuation, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Valuation, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Valuation{}, err
		}
		if err := property.RequireClaim(domain.ActionValued, in.Actor); err != nil {
			return domain.Valuation{}, err
		}
		evidence, err := appraise(ctx, tx, property, in.Actor, in.Appraisal, domain.ValuationID(uc.IDs.New()), now)
		if err != nil {
			return domain.Valuation{}, err
		}
		change, err := property.Value(in.Actor, evidence, now)
		if err != nil {
			return domain.Valuation{}, err
		}
		v := *evidence.Decision.Valuation
		if err := tx.Valuations.Add(ctx, v); err != nil {
			return domain.Valuation{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return v, err
	})
}
