package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type proposals struct {
	tableView[domain.ProposalID, domain.Proposal]
}

func (s proposals) List(ctx context.Context, page domain.Page) (domain.List[domain.Proposal], error) {
	if err := s.begin(ctx, "List"); err != nil {
		return domain.List[domain.Proposal]{}, err
	}
	newest := order[domain.Proposal]{
		at:         func(p *domain.Proposal) time.Time { return p.ProposedAt },
		id:         func(p *domain.Proposal) string { return string(p.ID) },
		descending: true,
	}
	return newest.page(s.table.clone, slices.Collect(maps.Values(s.table.held)), page)
}
