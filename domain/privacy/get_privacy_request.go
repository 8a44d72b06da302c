package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetPrivacyRequest shows what one person asks about their data.
type GetPrivacyRequest struct {
	UnitOfWork ports.UnitOfWork
}

// GetPrivacyRequestInput names the request.
type GetPrivacyRequestInput struct {
	Actor     domain.Actor
	RequestID domain.PrivacyRequestID
}

// Execute returns the request. Errors: KindNotFound "privacy_request_not_found", KindUnavailable.
func (uc GetPrivacyRequest) Execute(ctx context.Context, in GetPrivacyRequestInput) (domain.PrivacyRequest, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.PrivacyRequest, error) {
		return tx.PrivacyRequests.Get(ctx, in.RequestID)
	})
}
