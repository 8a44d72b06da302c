package notify_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/ports"
)

// addSent stores a message that the provider took under the id.
func addSent(t *testing.T, m *memory.Ports, id domain.NotificationID, providerID string) {
	t.Helper()
	addNotification(t, m, id, domain.Property{ID: "p", OwnerID: "asha"}, domain.TopicSubmitted, domain.ChannelSMS)
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		n, err := tx.Notifications.Get(ctx, id)
		if err != nil {
			return err
		}
		n.MarkSent(providerID, m.Clock.Now())
		return tx.Notifications.Update(ctx, &n)
	})
}

func report(t *testing.T, m *memory.Ports, providerID string, delivery domain.Delivery) {
	t.Helper()
	uc := notify.RecordDelivery{UnitOfWork: m.Store, Clock: m.Clock}
	require.NoError(t, uc.Execute(t.Context(), notify.RecordDeliveryInput{ProviderID: providerID, Delivery: delivery}))
}

func TestRecordDeliveryTakesReportsInAnyOrder(t *testing.T) {
	t.Parallel()
	const yes, no = domain.DeliveryDelivered, domain.DeliveryUndelivered
	for _, c := range []struct {
		reports []domain.Delivery
		want    domain.Delivery
		counts  int // which report's time stands
	}{
		{[]domain.Delivery{yes}, yes, 0},
		{[]domain.Delivery{no}, no, 0},
		{[]domain.Delivery{yes, yes, yes}, yes, 0},
		{[]domain.Delivery{no, no}, no, 0},
		{[]domain.Delivery{yes, no}, yes, 0},
		{[]domain.Delivery{no, yes, no}, yes, 1},
	} {
		m := memory.ForTest()
		addSent(t, m, "n-1", "SM1")
		addSent(t, m, "n-2", "SM2")
		began := m.Clock.Now()
		for _, delivery := range c.reports {
			report(t, m, "SM1", delivery)
			m.Clock.Advance(time.Minute)
		}
		n := notification(t, m, "n-1")
		assert.Equal(t, c.want, n.Delivery, "%v", c.reports)
		assert.Equal(t, began.Add(time.Duration(c.counts)*time.Minute), n.DeliveryAt, "%v", c.reports)
		assert.Equal(t, domain.NotificationSent, n.Status, "that the provider took it stays true")
		assert.Empty(t, notification(t, m, "n-2").Delivery, "nothing of another message")
	}
}

func TestRecordDeliveryDropsWhatNobodyKnows(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addSent(t, m, "n-1", "SM1")
	addNotification(t, m, "n-2", domain.Property{ID: "p", OwnerID: "asha"}, domain.TopicValued, domain.ChannelSMS)
	report(t, m, "SM-of-a-password", domain.DeliveryDelivered)
	report(t, m, "", domain.DeliveryDelivered)
	assert.Empty(t, notification(t, m, "n-1").Delivery)
	assert.Empty(t, notification(t, m, "n-2").Delivery)
}

func TestRecordDeliveryTellsOfEveryNotificationThatIsTheMessage(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addSent(t, m, "n-1", "SM1")
	addSent(t, m, "n-2", "SM1")
	report(t, m, "SM1", domain.DeliveryUndelivered)
	assert.Equal(t, domain.DeliveryUndelivered, notification(t, m, "n-1").Delivery)
	assert.Equal(t, domain.DeliveryUndelivered, notification(t, m, "n-2").Delivery)
}

func TestRecordDeliveryFailsWithTheStore(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Notifications.LockByProviderID", "Notifications.Update"} {
		m := memory.ForTest()
		addSent(t, m, "n-1", "SM1")
		m.Faults.Down(call)
		uc := notify.RecordDelivery{UnitOfWork: m.Store, Clock: m.Clock}
		err := uc.Execute(t.Context(), notify.RecordDeliveryInput{ProviderID: "SM1", Delivery: domain.DeliveryDelivered})
		assert.True(t, domain.IsKind(err, domain.KindUnavailable), call)
		assert.Empty(t, notification(t, m, "n-1").Delivery, "the provider's next report will count")
	}
}

func TestRacingReportsAgree(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addSent(t, m, "n-1", "SM1")
	var racing sync.WaitGroup
	for i := range 20 {
		delivery := []domain.Delivery{domain.DeliveryDelivered, domain.DeliveryUndelivered}[i%2]
		racing.Go(func() { report(t, m, "SM1", delivery) })
	}
	racing.Wait()
	assert.Equal(t, domain.DeliveryDelivered, notification(t, m, "n-1").Delivery)
}
