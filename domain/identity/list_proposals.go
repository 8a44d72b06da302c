package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListProposals shows ADMINs what one of them proposed and another must confirm.
type ListProposals struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// ListProposalsInput selects a page of the list.
type ListProposalsInput struct {
	Actor domain.Actor
	Page  domain.Page
}

// Execute returns one page, newest first, with the statuses of now. Errors: KindUnavailable.
func (uc ListProposals) Execute(ctx context.Context, in ListProposalsInput) (domain.List[domain.Proposal], error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Proposal], error) {
		list, err := tx.Proposals.List(ctx, in.Page)
		for i, p := range list.Items {
			if list.Items[i], err = asNow(ctx, tx, p, now); err != nil {
				return domain.List[domain.Proposal]{}, err
			}
		}
		return list, err
	})
}
