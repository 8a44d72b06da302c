package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CreatePrivacyRequest lets a person ask for what they cannot do by themselves: to know more than
// their export has, to correct what a decided case keeps, or to complain.
type CreatePrivacyRequest struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// CreatePrivacyRequestInput is what the person asks.
type CreatePrivacyRequestInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	Kind       domain.PrivacyRequestKind
	PropertyID domain.PropertyID // the case that it is about, empty if it is about none
	Message    string
}

// Execute returns the open request. Errors: KindInvalid, KindNotFound "property_not_found" for a case
// that is not the person's, KindConflict "too_many_privacy_requests", those of ports.Once.
func (uc CreatePrivacyRequest) Execute(ctx context.Context, in CreatePrivacyRequestInput) (domain.PrivacyRequest, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.PrivacyRequest, error) {
		request, err := domain.NewPrivacyRequest(domain.PrivacyRequestID(uc.IDs.New()), in.Actor, in.Kind, in.PropertyID, in.Message, now)
		if err != nil {
			return domain.PrivacyRequest{}, err
		}
		if in.PropertyID != "" {
			property, err := tx.Properties.Get(ctx, in.PropertyID)
			if err == nil && !property.OwnedBy(in.Actor.ID) {
				err = domain.NotFound("property")
			}
			if err != nil {
				return domain.PrivacyRequest{}, err
			}
		}
		if _, err := tx.Users.Lock(ctx, in.Actor.ID); err != nil { // so that two requests at once count each other
			return domain.PrivacyRequest{}, err
		}
		open, err := tx.PrivacyRequests.CountOpen(ctx, in.Actor.ID)
		if err == nil && open >= domain.MaxOpenPrivacyRequests {
			err = domain.TooManyPrivacyRequests()
		}
		if err != nil {
			return domain.PrivacyRequest{}, err
		}
		if err := tx.PrivacyRequests.Add(ctx, request); err != nil {
			return domain.PrivacyRequest{}, err
		}
		return request, record(ctx, tx, in.Actor, asked(request))
	})
}
