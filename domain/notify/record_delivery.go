package notify

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RecordDelivery takes down what a provider reports of a message that it took. It is no
// operation of the API: the provider calls, and proves who it is by a signature.
type RecordDelivery struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// RecordDeliveryInput is one report.
type RecordDeliveryInput struct {
	ProviderID string // what the provider calls the message
	Delivery   domain.Delivery
}

// Execute records the report where it is news. Reports may be repeated and come in any
// order. One of a message that is not known is dropped: one-time passwords are kept nowhere,
// and neither is a message whose sender died before it could note the id. Errors:
// KindUnavailable.
func (uc RecordDelivery) Execute(ctx context.Context, in RecordDeliveryInput) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		notifications, err := tx.Notifications.LockByProviderID(ctx, in.ProviderID)
		if err != nil {
			return err
		}
		for i := range notifications {
			if !notifications[i].RecordDelivery(in.Delivery, now) {
				continue
			}
			if err := tx.Notifications.Update(ctx, &notifications[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
