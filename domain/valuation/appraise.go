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
	chosen, err := known(ctx, tx, a.Comparables)
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
	return tx.GateEvidence(ctx, property, &v, now)
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
