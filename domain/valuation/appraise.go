package valuation

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// appraise makes the next version of the valuation and gathers the evidence for it. Errors:
// KindInvalid, KindConflict "subject_incomplete", those of the stores.
func appraise(ctx context.Context, tx ports.Tx, property domain.Property, by domain.Actor, a domain.Appraisal, id domain.ValuationID, now time.Time) (domain.Evidence, error) {
	e, err := gather(ctx, tx, property, now)
	if err != nil {
		return domain.Evidence{}, err
	}
	chosen, err := tx.Comparables.ByIDs(ctx, a.Comparables) // domain.NewValuation names those that do not exist
	if err != nil {
		return domain.Evidence{}, err
	}
	versions, err := tx.Valuations.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Evidence{}, err
	}
	v, err := domain.NewValuation(id, property.ID, len(versions)+1, by, a, e.adjust(chosen), e.suggest(), now)
	if err != nil {
		return domain.Evidence{}, err
	}
	valuer, err := tx.Users.Get(ctx, by.ID)
	if err != nil {
		return domain.Evidence{}, err
	}
	decision := domain.Decision{Valuation: &v, Name: valuer.Name, Settings: e.settings}
	return tx.GateEvidence(ctx, property, decision, chosen, now)
}
