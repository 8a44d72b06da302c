package valuation

import (
	"context"
	"time"

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
// "claim_not_held" and "photos_unresolved", KindInvalid, those of ports.Once. The state and the
// claim are checked before the input, the photos after it.
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
		v, err := uc.appraise(ctx, tx, property, in, now)
		if err != nil {
			return domain.Valuation{}, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return domain.Valuation{}, err
		}
		change, err := property.Value(in.Actor, &v, photos, now)
		if err != nil {
			return domain.Valuation{}, err
		}
		if err := tx.Valuations.Add(ctx, v); err != nil {
			return domain.Valuation{}, err
		}
		err = tx.Save(ctx, &property, change, uc.IDs)
		return v, err
	})
}

// appraise makes the next version from the appraisal and the evidence.
func (uc ApproveProperty) appraise(ctx context.Context, tx ports.Tx, property domain.Property, in ApprovePropertyInput, now time.Time) (domain.Valuation, error) {
	e, err := gather(ctx, tx, property, now)
	if err != nil {
		return domain.Valuation{}, err
	}
	chosen, err := known(ctx, tx, in.Appraisal.Comparables)
	if err != nil {
		return domain.Valuation{}, err
	}
	versions, err := tx.Valuations.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Valuation{}, err
	}
	return domain.NewValuation(domain.ValuationID(uc.IDs.New()), property.ID, len(versions)+1, in.Actor, in.Appraisal,
		e.adjust(chosen), e.suggest(), e.settings, now)
}

// known returns the comparables with these ids that exist, each once. The others are left to
// domain.NewValuation, whose error names them.
func known(ctx context.Context, tx ports.Tx, ids []domain.ComparableID) ([]domain.Comparable, error) {
	var sales []domain.Comparable
	seen := make(map[domain.ComparableID]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			continue
		}
		seen[id] = true
		switch sale, err := tx.Comparables.Get(ctx, id); {
		case domain.IsKind(err, domain.KindNotFound):
		case err != nil:
			return nil, err
		default:
			sales = append(sales, sale)
		}
	}
	return sales, nil
}
