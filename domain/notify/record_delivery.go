package notify

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RecordDelivery records what a provider reports about a message that it accepted. It is not an
// operation of the API: the provider calls it, and proves its identity by a signature.
type RecordDelivery struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// RecordDeliveryInput is one report.
type RecordDeliveryInput struct {
	ProviderID string // what the provider calls the message
	Delivery   domain.Delivery
}

// Execute records the report if it is news. Reports may be repeated and come in any order. A
// report about an unknown message is dropped, because one-time passwords are not stored, and
// neither is the provider's id of a message if the process died before it could record it.
// Errors: KindUnavailable.
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
