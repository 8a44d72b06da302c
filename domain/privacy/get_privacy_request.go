package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetPrivacyRequest shows what one person asks about their data.
type GetPrivacyRequest struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// GetPrivacyRequestInput names the request.
type GetPrivacyRequestInput struct {
	Actor     domain.Actor
	RequestID domain.PrivacyRequestID
}

// Execute returns the request. Errors: KindNotFound "privacy_request_not_found", KindUnavailable.
func (uc GetPrivacyRequest) Execute(ctx context.Context, in GetPrivacyRequestInput) (domain.PrivacyRequest, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.PrivacyRequest, error) {
		request, err := tx.PrivacyRequests.Get(ctx, in.RequestID)
		if err != nil {
			return domain.PrivacyRequest{}, err
		}
		viewed := domain.SecurityEvent{
			Code: domain.SecurityCaseViewed, At: uc.Clock.Now(), TargetID: request.UserID, PropertyID: request.PropertyID, Detail: "privacy_request",
		}
		return request, record(ctx, tx, in.Actor, viewed)
	})
}
