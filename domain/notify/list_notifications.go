package notify

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListNotifications lists messages, without their texts.
type ListNotifications struct {
	UnitOfWork ports.UnitOfWork
}

// ListNotificationsInput narrows the list.
type ListNotificationsInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID // empty for all properties
	Page       domain.Page
}

// Execute returns one page, newest first. A SUPERVISOR or ADMIN gets all messages, everybody
// else those to themselves. Errors: KindUnavailable.
func (uc ListNotifications) Execute(ctx context.Context, in ListNotificationsInput) (domain.List[domain.Notification], error) {
	filter := ports.NotificationFilter{PropertyID: in.PropertyID, RecipientID: in.Actor.ID}
	if in.Actor.Role == domain.RoleSupervisor || in.Actor.Role == domain.RoleAdmin {
		filter.RecipientID = ""
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Notification], error) {
		return tx.Notifications.List(ctx, filter, in.Page)
	})
}
