package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type notifications struct{ q *sqlcgen.Queries }

func notificationRow(n domain.Notification) sqlcgen.Notification {
	return sqlcgen.Notification{
		ID: string(n.ID), Topic: string(n.Topic), Channel: string(n.Channel), RecipientID: string(n.RecipientID),
		PropertyID: string(n.PropertyID), Status: string(n.Status), Attempts: n.Attempts, ProviderID: n.ProviderID,
		CreatedAt: n.CreatedAt, SentAt: timeOrNil(n.SentAt), Version: n.Version,
		Delivery: string(n.Delivery), DeliveryAt: timeOrNil(n.DeliveryAt),
	}
}

func notificationOf(r sqlcgen.Notification) domain.Notification {
	return domain.Notification{
		ID: domain.NotificationID(r.ID), Topic: domain.Topic(r.Topic), Channel: domain.Channel(r.Channel),
		RecipientID: domain.UserID(r.RecipientID), PropertyID: domain.PropertyID(r.PropertyID),
		Status: domain.NotificationStatus(r.Status), Attempts: r.Attempts, ProviderID: r.ProviderID,
		CreatedAt: r.CreatedAt, SentAt: value(r.SentAt), Version: r.Version,
		Delivery: domain.Delivery(r.Delivery), DeliveryAt: value(r.DeliveryAt),
	}
}

func (s notifications) Add(ctx context.Context, n domain.Notification) error {
	return translate(s.q.InsertNotification(ctx, sqlcgen.InsertNotificationParams(notificationRow(n))))
}

func (s notifications) Get(ctx context.Context, id domain.NotificationID) (domain.Notification, error) {
	row, err := s.q.GetNotification(ctx, string(id))
	return notificationOf(row), absent(err, "notification")
}

func (s notifications) LockByProviderID(ctx context.Context, providerID string) ([]domain.Notification, error) {
	rows, err := s.q.LockNotificationsByProviderID(ctx, providerID)
	return mapped(rows, notificationOf), translate(err)
}

func (s notifications) Update(ctx context.Context, n *domain.Notification) error {
	r := notificationRow(*n)
	rows, err := s.q.UpdateNotification(ctx, sqlcgen.UpdateNotificationParams{
		ID: r.ID, Topic: r.Topic, Channel: r.Channel, RecipientID: r.RecipientID, PropertyID: r.PropertyID,
		Status: r.Status, Attempts: r.Attempts, ProviderID: r.ProviderID, CreatedAt: r.CreatedAt, SentAt: r.SentAt,
		Delivery: r.Delivery, DeliveryAt: r.DeliveryAt, Version: r.Version,
	})
	err = changed(rows, err, domain.Stale("notification"), func() error {
		_, err := s.Get(ctx, n.ID)
		return err
	})
	if err == nil {
		n.Version++
	}
	return err
}

func (s notifications) List(ctx context.Context, filter ports.NotificationFilter, page domain.Page) (domain.List[domain.Notification], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.Notification]{}, err
	}
	rows, err := s.read(ctx, filter, at)
	if err != nil {
		return domain.List[domain.Notification]{}, translate(err)
	}
	return list(at, mapped(rows, notificationOf), func(n domain.Notification) (time.Time, string) { return n.CreatedAt, string(n.ID) }), nil
}

// read uses a query of its own for each kind of filter, because each has its own index.
func (s notifications) read(ctx context.Context, filter ports.NotificationFilter, at place) ([]sqlcgen.Notification, error) {
	switch {
	case filter.PropertyID != "":
		return s.q.NotificationsAbout(ctx, sqlcgen.NotificationsAboutParams{
			PropertyID: string(filter.PropertyID), RecipientID: optionalID(filter.RecipientID),
			AfterAt: at.at, AfterID: at.id, PageLimit: at.more(),
		})
	case filter.RecipientID != "":
		return s.q.NotificationsTo(ctx, sqlcgen.NotificationsToParams{
			RecipientID: string(filter.RecipientID), AfterAt: at.at, AfterID: at.id, PageLimit: at.more(),
		})
	}
	return s.q.Notifications(ctx, sqlcgen.NotificationsParams{AfterAt: at.at, AfterID: at.id, PageLimit: at.more()})
}
