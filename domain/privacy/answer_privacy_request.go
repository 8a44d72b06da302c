package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AnswerPrivacyRequest grants or refuses what a person asked about their data.
type AnswerPrivacyRequest struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// AnswerPrivacyRequestInput is the answer.
type AnswerPrivacyRequestInput struct {
	Actor     domain.Actor
	Key       domain.IdempotencyKey
	RequestID domain.PrivacyRequestID
	Outcome   domain.PrivacyRequestState
	Reason    string // for the person to read
}

// Execute returns the answered request. Errors: KindInvalid, KindNotFound
// "privacy_request_not_found", KindConflict "privacy_request_answered", those of ports.Once.
func (uc AnswerPrivacyRequest) Execute(ctx context.Context, in AnswerPrivacyRequestInput) (domain.PrivacyRequest, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.PrivacyRequest, error) {
		request, err := tx.PrivacyRequests.Lock(ctx, in.RequestID)
		if err != nil {
			return domain.PrivacyRequest{}, err
		}
		if err := request.Answer(in.Actor, in.Outcome, in.Reason, now); err != nil {
			return domain.PrivacyRequest{}, err
		}
		if err := tx.PrivacyRequests.Update(ctx, &request); err != nil {
			return domain.PrivacyRequest{}, err
		}
		return request, record(ctx, tx, in.Actor, answered(request))
	})
}
