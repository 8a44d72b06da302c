package review

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SignOffValuation approves a risky valuation, and asks for its report.
type SignOffValuation struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// SignOffValuationInput names the property whose valuation is signed off.
type SignOffValuationInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
}

// Execute returns the approved property. Errors: KindNotFound "property_not_found",
// KindForbidden "own_property", "same_person" and "role_not_allowed", KindConflict
// "illegal_transition", and "evidence_incomplete" whose fields name all that the gate blocks on,
// those of ports.Once.
func (uc SignOffValuation) Execute(ctx context.Context, in SignOffValuationInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		property, err := tx.LockVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Property{}, err
		}
		valuation, err := currentValuation(ctx, tx, property)
		if err != nil {
			return domain.Property{}, err
		}
		evidence, err := evidenceNow(ctx, tx, property, &valuation, now)
		if err != nil {
			return domain.Property{}, err
		}
		if evidence.Decision.Name, err = nameOf(ctx, tx, in.Actor); err != nil {
			return domain.Property{}, err
		}
		change, err := property.SignOff(in.Actor, evidence, now)
		if err != nil {
			return domain.Property{}, err
		}
		if err := requireSupervisor(ctx, tx, in.Actor); err != nil {
			return domain.Property{}, err
		}
		if err := tx.Valuations.Update(ctx, &valuation); err != nil {
			return domain.Property{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return property, err
	})
}

// evidenceNow returns the evidence for a valuation as it is at the present time. Errors: those of
// the stores.
func evidenceNow(ctx context.Context, tx ports.Tx, property domain.Property, v *domain.Valuation, now time.Time) (domain.Evidence, error) {
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return domain.Evidence{}, err
	}
	ids := make([]domain.ComparableID, len(v.Comparables))
	for i, c := range v.Comparables {
		ids[i] = c.Comparable.ID
	}
	chosen, err := tx.Comparables.ByIDs(ctx, ids)
	if err != nil {
		return domain.Evidence{}, err
	}
	return tx.GateEvidence(ctx, property, domain.Decision{Valuation: v, Settings: settings}, chosen, now)
}
