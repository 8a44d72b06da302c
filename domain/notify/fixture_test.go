package notify_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	asha  = domain.Phone("+919812345678") // owns the property
	meera = domain.Phone("+919900000002") // supervises
)

// write stores things behind the use cases' backs.
func write(t *testing.T, m *memory.Ports, fn func(ctx context.Context, tx ports.Tx) error) {
	t.Helper()
	require.NoError(t, m.Store.Do(t.Context(), fn))
}

// addCase stores a submitted property of asha.
func addCase(t *testing.T, m *memory.Ports, id domain.PropertyID, state domain.State, submitted time.Time) domain.Property {
	t.Helper()
	p := domain.Property{
		ID: id, OwnerID: "asha", Reference: domain.Reference("PF-" + id), Type: domain.House, State: state,
		SubmittedAt: submitted, CreatedAt: submitted, UpdatedAt: submitted,
	}
	p.SLA.Start(submitted)
	write(t, m, func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, p) })
	return p
}

// addOwner stores asha.
func addOwner(t *testing.T, m *memory.Ports) domain.User {
	t.Helper()
	user := domain.NewCustomer("asha", asha, m.Clock.Now())
	write(t, m, func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) })
	return user
}

// addNotification stores a pending message to the owner of the property.
func addNotification(t *testing.T, m *memory.Ports, id domain.NotificationID, about domain.Property, topic domain.Topic, channel domain.Channel) {
	t.Helper()
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		return tx.Notifications.Add(ctx, domain.Notification{
			ID: id, Topic: topic, Channel: channel, RecipientID: about.OwnerID, PropertyID: about.ID,
			Status: domain.NotificationPending, CreatedAt: m.Clock.Now(),
		})
	})
}

func notification(t *testing.T, m *memory.Ports, id domain.NotificationID) domain.Notification {
	t.Helper()
	n, err := ports.InTx(t.Context(), m.Store, func(ctx context.Context, tx ports.Tx) (domain.Notification, error) {
		return tx.Notifications.Get(ctx, id)
	})
	require.NoError(t, err)
	return n
}
