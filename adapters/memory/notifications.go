package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type notificationTable struct {
	*table[domain.NotificationID, domain.Notification]
	to    *index[domain.UserID, domain.NotificationID, domain.Notification]
	about *index[domain.PropertyID, domain.NotificationID, domain.Notification]
	as    *index[string, domain.NotificationID, domain.Notification] // by the provider's id
}

func newNotificationTable() *notificationTable {
	t := newTable(func(n *domain.Notification) domain.NotificationID { return n.ID })
	return &notificationTable{
		table: t,
		to:    indexBy(t, func(n *domain.Notification) (domain.UserID, bool) { return n.RecipientID, true }),
		about: indexBy(t, func(n *domain.Notification) (domain.PropertyID, bool) { return n.PropertyID, true }),
		as:    indexBy(t, func(n *domain.Notification) (string, bool) { return n.ProviderID, n.ProviderID != "" }),
	}
}

// matching returns the notifications of the filter, in no order and not copied.
func (t *notificationTable) matching(filter ports.NotificationFilter) []*domain.Notification {
	switch {
	case filter.PropertyID != "":
		return t.about.at(filter.PropertyID, func(n *domain.Notification) bool {
			return filter.RecipientID == "" || n.RecipientID == filter.RecipientID
		})
	case filter.RecipientID != "":
		return t.to.at(filter.RecipientID, all)
	}
	return slices.Collect(maps.Values(t.held))
}

type notifications struct {
	tableView[domain.NotificationID, domain.Notification]
	find *notificationTable
}

// LockByProviderID needs no lock: transactions run one after the other.
func (s notifications) LockByProviderID(ctx context.Context, providerID string) ([]domain.Notification, error) {
	if err := s.begin(ctx, "LockByProviderID"); err != nil {
		return nil, err
	}
	found := s.find.as.at(providerID, all)
	slices.SortFunc(found, func(a, b *domain.Notification) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return s.table.copies(found), nil
}

func (s notifications) List(ctx context.Context, filter ports.NotificationFilter, page domain.Page) (domain.List[domain.Notification], error) {
	if err := s.begin(ctx, "List"); err != nil {
		return domain.List[domain.Notification]{}, err
	}
	newest := order[domain.Notification]{
		at:         func(n *domain.Notification) time.Time { return n.CreatedAt },
		id:         func(n *domain.Notification) string { return string(n.ID) },
		descending: true,
	}
	return newest.page(s.table.clone, s.find.matching(filter), page)
}
