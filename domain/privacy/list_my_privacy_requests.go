package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListMyPrivacyRequests shows people what they asked about their data, and the answers.
type ListMyPrivacyRequests struct {
	UnitOfWork ports.UnitOfWork
}

// ListMyPrivacyRequestsInput is one page.
type ListMyPrivacyRequestsInput struct {
	Actor domain.Actor
	Page  domain.Page
}

// Execute returns the actor's own requests, those due first first. Errors: KindInvalid for the
// cursor, KindUnavailable.
func (uc ListMyPrivacyRequests) Execute(ctx context.Context, in ListMyPrivacyRequestsInput) (domain.List[domain.PrivacyRequest], error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.PrivacyRequest], error) {
		return tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{UserID: in.Actor.ID}, in.Page)
	})
}
