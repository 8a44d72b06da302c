package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
)

type valuations struct {
	tableView[domain.ValuationID, domain.Valuation]
	ofProperty *index[domain.PropertyID, domain.ValuationID, domain.Valuation]
}

func (s valuations) Add(ctx context.Context, valuation domain.Valuation) error {
	return s.addIf(ctx, valuation, func(added domain.Valuation) error {
		for _, v := range s.ofProperty.at(added.PropertyID, all) {
			if v.Number == added.Number {
				return domain.Conflict("valuation_exists", "the property already has version %d", v.Number)
			}
		}
		return nil
	})
}

func (s valuations) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Valuation, error) {
	if err := s.begin(ctx, "ByProperty"); err != nil {
		return nil, err
	}
	versions := s.ofProperty.at(property, all)
	slices.SortFunc(versions, func(a, b *domain.Valuation) int { return cmp.Compare(a.Number, b.Number) })
	return s.table.copies(versions), nil
}
