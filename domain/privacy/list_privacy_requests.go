package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListPrivacyRequests lists what people ask about their data.
type ListPrivacyRequests struct {
	UnitOfWork ports.UnitOfWork
}

// ListPrivacyRequestsInput is one page. Empty filters let everything through.
type ListPrivacyRequestsInput struct {
	Actor domain.Actor
	Kind  domain.PrivacyRequestKind
	State domain.PrivacyRequestState
	Page  domain.Page
}

// Execute returns the requests, those due first first. Errors: KindInvalid for the cursor,
// KindUnavailable.
func (uc ListPrivacyRequests) Execute(ctx context.Context, in ListPrivacyRequestsInput) (domain.List[domain.PrivacyRequest], error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.PrivacyRequest], error) {
		return tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{Kind: in.Kind, State: in.State}, in.Page)
	})
}
