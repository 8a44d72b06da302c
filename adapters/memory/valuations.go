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
	if err := s.begin(ctx, "Add"); err != nil {
		return err
	}
	for _, v := range s.ofProperty.at(valuation.PropertyID) {
		if v.Number == valuation.Number {
			return domain.Conflict("valuation_exists", "the property already has version %d", v.Number)
		}
	}
	s.table.put(s.unit, valuation)
	return nil
}

func (s valuations) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Valuation, error) {
	if err := s.begin(ctx, "ByProperty"); err != nil {
		return nil, err
	}
	versions := s.ofProperty.at(property)
	slices.SortFunc(versions, func(a, b domain.Valuation) int { return cmp.Compare(a.Number, b.Number) })
	return s.table.copies(versions), nil
}
