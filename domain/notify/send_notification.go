package notify

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SendNotification is the job domain.JobSendNotification: it sends one message to one person
// on one channel.
type SendNotification struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Messenger  ports.Messenger
}

// Execute sends the notification that subject names, unless it was sent or given up already.
// After a crash between sending and recording it is sent again, under the same key. If the
// provider refuses the number for good, the notification fails, but not the job. Errors:
// KindUnavailable.
func (uc SendNotification) Execute(ctx context.Context, subject string) error {
	id := domain.NotificationID(subject)
	message, err := uc.compose(ctx, id)
	if err != nil || message == nil {
		return err
	}
	providerID, err := uc.Messenger.Send(ctx, *message)
	switch {
	case domain.IsKind(err, domain.KindInvalid):
		return uc.settle(ctx, id, (*domain.Notification).MarkFailed)
	case err != nil:
		return err
	}
	now := uc.Clock.Now()
	return uc.settle(ctx, id, func(n *domain.Notification) { n.MarkSent(providerID, now) })
}

// GiveUp marks the notification that subject names as failed, unless it was sent or given up
// already. Errors: KindUnavailable, KindStale.
func (uc SendNotification) GiveUp(ctx context.Context, subject string) error {
	return uc.settle(ctx, domain.NotificationID(subject), (*domain.Notification).MarkFailed)
}

// compose writes the message. It returns nil if there is nothing left to send, because the
// notification was sent or given up, or its recipient or property no longer exists.
func (uc SendNotification) compose(ctx context.Context, id domain.NotificationID) (*domain.Message, error) {
	message, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (*domain.Message, error) {
		notification, err := tx.Notifications.Get(ctx, id)
		if err != nil || notification.Status != domain.NotificationPending {
			return nil, err
		}
		recipient, err := tx.Users.Get(ctx, notification.RecipientID)
		if err != nil {
			return nil, err
		}
		property, err := tx.Properties.Get(ctx, notification.PropertyID)
		if err != nil {
			return nil, err
		}
		message := notification.Compose(recipient, property)
		return &message, nil
	})
	if domain.IsKind(err, domain.KindNotFound) {
		return nil, nil
	}
	return message, err
}

// settle marks a notification that is still pending, and leaves any other as it is.
func (uc SendNotification) settle(ctx context.Context, id domain.NotificationID, mark func(*domain.Notification)) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		notification, err := tx.Notifications.Get(ctx, id)
		switch {
		case domain.IsKind(err, domain.KindNotFound):
			return nil
		case err != nil:
			return err
		case notification.Status != domain.NotificationPending:
			return nil
		}
		mark(&notification)
		return tx.Notifications.Update(ctx, &notification)
	})
}
