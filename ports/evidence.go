package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// GateEvidence returns what the evidence gate asks about when the decision on a property is made or
// signed off. chosen are the valuation's comparables as they are stored now. Errors returned: those
// of the stores.
func (tx Tx) GateEvidence(ctx context.Context, property domain.Property, decision domain.Decision, chosen []domain.Comparable, now time.Time) (domain.Evidence, error) {
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Evidence{}, err
	}
	prices, err := tx.PriceBounds(ctx, chosen, now)
	if err != nil {
		return domain.Evidence{}, err
	}
	for i, c := range chosen {
		decision.Sales = append(decision.Sales, domain.StoredSale{Comparable: c, Prices: prices[i]})
	}
	links, err := tx.LinksOf(ctx, property, photos, now)
	return domain.Evidence{Photos: photos, Links: links, Decision: &decision}, err
}
