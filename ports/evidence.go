package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// GateEvidence gathers what the evidence gate asks about when a valuation is made or signed off.
// It leaves Around, the sales around the subject property, to the caller. Errors returned: those
// of the stores.
func (tx Tx) GateEvidence(ctx context.Context, property domain.Property, v *domain.Valuation) (domain.Evidence, error) {
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Evidence{}, err
	}
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return domain.Evidence{}, err
	}
	decision := &domain.Decision{Valuation: v, Settings: settings}
	for _, chosen := range v.Comparables {
		stored, err := tx.Comparables.Get(ctx, chosen.Comparable.ID)
		if err != nil {
			return domain.Evidence{}, err
		}
		decision.Stored = append(decision.Stored, stored)
	}
	return domain.Evidence{Photos: photos, Decision: decision}, nil
}
