package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/propflow/propflow/domain"
)

type links struct {
	*unit
	find *propertyTable
}

// Candidates looks at every property: there are few in memory.
func (s links) Candidates(ctx context.Context, search domain.LinkSearch) ([]domain.LinkCandidate, error) {
	if err := s.call(ctx, "Links.Candidates"); err != nil {
		return nil, err
	}
	var named, around []domain.LinkCandidate
	found := make(map[domain.PropertyID]domain.LinkCandidate)
	for _, p := range s.find.held {
		c := s.find.clone(*p).LinkCandidate()
		if !search.Finds(c) {
			continue
		}
		if search.ExternalRef != "" && c.ExternalRef == search.ExternalRef {
			named = append(named, c)
		}
		if search.Around != nil && c.Location != nil && search.Around.DistanceKM(c.Location.Point)*1000 <= domain.LinkMaxDistanceM {
			around = append(around, c)
		}
		if slices.Contains(search.Among, c.ID) {
			found[c.ID] = c
		}
	}
	for _, c := range slices.Concat(newest(named, domain.MaxNamesakes), newest(around, domain.MaxNeighbours)) {
		found[c.ID] = c
	}
	return slices.SortedFunc(maps.Values(found), func(a, b domain.LinkCandidate) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// newest returns the cases that were submitted last.
func newest(cases []domain.LinkCandidate, limit int) []domain.LinkCandidate {
	slices.SortFunc(cases, func(a, b domain.LinkCandidate) int {
		return cmp.Or(b.SubmittedAt.Compare(a.SubmittedAt), cmp.Compare(b.ID, a.ID))
	})
	return cases[:min(len(cases), limit)]
}
