package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// GateEvidence gathers what the evidence gate asks about when a valuation is made or signed off.
// Errors returned: those of the stores.
func (tx Tx) GateEvidence(ctx context.Context, property domain.Property, v *domain.Valuation, now time.Time) (domain.Evidence, error) {
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Evidence{}, err
	}
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return domain.Evidence{}, err
	}
	var chosen []domain.Comparable
	for _, c := range v.Comparables {
		stored, err := tx.Comparables.Get(ctx, c.Comparable.ID)
		if err != nil {
			return domain.Evidence{}, err
		}
		chosen = append(chosen, stored)
	}
	prices, err := tx.PriceBounds(ctx, chosen, now)
	if err != nil {
		return domain.Evidence{}, err
	}
	decision := &domain.Decision{Valuation: v, Settings: settings}
	for i, c := range chosen {
		decision.Sales = append(decision.Sales, domain.StoredSale{Comparable: c, Prices: prices[i]})
	}
	links, err := tx.LinksOf(ctx, property, now)
	return domain.Evidence{Photos: photos, Links: links, Decision: decision}, err
}
