package review

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListReviewers shows a supervisor to whom a property can be reassigned.
type ListReviewers struct {
	UnitOfWork ports.UnitOfWork
}

// ListReviewersInput selects a page of the list.
type ListReviewersInput struct {
	Actor domain.Actor
	Page  domain.Page
}

// Execute returns one page, oldest first, the actor included. Errors: KindUnavailable.
func (uc ListReviewers) Execute(ctx context.Context, in ListReviewersInput) (domain.List[domain.Reviewer], error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Reviewer], error) {
		return tx.Users.Reviewers(ctx, in.Page)
	})
}
