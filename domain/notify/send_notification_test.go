package notify_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/ports"
)

func sendNotification(m *memory.Ports) notify.SendNotification {
	return notify.SendNotification{UnitOfWork: m.Store, Clock: m.Clock, Messenger: m.Inbox}
}

func TestSendNotificationOnce(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addOwner(t, m)
	addNotification(t, m, "n-1", addCase(t, m, "p-1", domain.Submitted, m.Clock.Now()), domain.TopicSubmitted, domain.ChannelSMS)
	m.Clock.Advance(time.Second)
	for range 3 {
		require.NoError(t, sendNotification(m).Execute(t.Context(), "n-1"))
	}
	sent := m.Inbox.Messages()
	require.Len(t, sent, 1)
	assert.Equal(t, domain.Message{
		To: domain.Recipient{Phone: asha}, Channel: domain.ChannelSMS, Template: "submitted.en", Params: []string{"PF-p-1"}, Key: "n-1",
		Text: "PropFlow: we received your property PF-p-1. You will have the result within 5 hours.",
	}, sent[0].Message)
	n := notification(t, m, "n-1")
	assert.Equal(t, domain.NotificationSent, n.Status)
	assert.Equal(t, sent[0].ID, n.ProviderID)
	assert.Equal(t, m.Clock.Now(), n.SentAt)
	assert.Equal(t, 1, n.Attempts)
}

func TestSendNotificationSpeaksTheRecipientsLanguage(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addOwner(t, m)
	addNotification(t, m, "n-1", addCase(t, m, "p-1", domain.Valued, m.Clock.Now()), domain.TopicValued, domain.ChannelWhatsApp)
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, "asha")
		if err != nil {
			return err
		}
		user.Language = domain.Hindi
		return tx.Users.Update(ctx, &user)
	})
	require.NoError(t, sendNotification(m).Execute(t.Context(), "n-1"))
	message := m.Inbox.To(asha)[0].Message
	assert.Equal(t, "valued.hi", message.Template)
	assert.Equal(t, domain.ChannelWhatsApp, message.Channel)
	assert.Contains(t, message.Text, "मूल्यांकन")
}

func TestSendNotificationRepeatsUnderTheSameKey(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addOwner(t, m)
	addNotification(t, m, "n-1", addCase(t, m, "p-1", domain.Submitted, m.Clock.Now()), domain.TopicSubmitted, domain.ChannelSMS)
	m.Faults.Down("Notifications.Update") // sent, but not noted
	err := sendNotification(m).Execute(t.Context(), "n-1")
	require.True(t, domain.IsKind(err, domain.KindUnavailable))
	assert.Equal(t, domain.NotificationPending, notification(t, m, "n-1").Status)
	m.Faults.Up()
	require.NoError(t, sendNotification(m).Execute(t.Context(), "n-1"))
	assert.Len(t, m.Inbox.Messages(), 1)
	assert.Equal(t, domain.NotificationSent, notification(t, m, "n-1").Status)
}

func TestSendNotificationToARefusedNumberFailsForGood(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addOwner(t, m)
	addNotification(t, m, "n-1", addCase(t, m, "p-1", domain.Submitted, m.Clock.Now()), domain.TopicSubmitted, domain.ChannelSMS)
	m.Inbox.Refuse(string(asha))
	for range 2 {
		require.NoError(t, sendNotification(m).Execute(t.Context(), "n-1"), "trying again would not help")
	}
	n := notification(t, m, "n-1")
	assert.Equal(t, domain.NotificationFailed, n.Status)
	assert.Zero(t, n.SentAt)
	assert.Empty(t, n.ProviderID)
}

func TestSendNotificationGivesUpOnceOnly(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addOwner(t, m)
	about := addCase(t, m, "p-1", domain.Submitted, m.Clock.Now())
	addNotification(t, m, "sent", about, domain.TopicSubmitted, domain.ChannelSMS)
	addNotification(t, m, "stuck", about, domain.TopicSubmitted, domain.ChannelWhatsApp)
	require.NoError(t, sendNotification(m).Execute(t.Context(), "sent"))
	for _, id := range []string{"sent", "stuck", "stuck", "nothing"} {
		require.NoError(t, sendNotification(m).GiveUp(t.Context(), id))
	}
	assert.Equal(t, domain.NotificationSent, notification(t, m, "sent").Status)
	stuck := notification(t, m, "stuck")
	assert.Equal(t, domain.NotificationFailed, stuck.Status)
	require.NoError(t, sendNotification(m).Execute(t.Context(), "stuck"))
	assert.Equal(t, stuck, notification(t, m, "stuck"), "given up is given up")
	assert.Len(t, m.Inbox.Messages(), 1)
}

func TestSendNotificationHasNothingToSayOfWhatIsGone(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	gone := domain.Property{ID: "gone", OwnerID: "asha"}
	addNotification(t, m, "no-user", gone, domain.TopicSubmitted, domain.ChannelSMS)
	require.NoError(t, sendNotification(m).Execute(t.Context(), "no-user"))
	addOwner(t, m)
	addNotification(t, m, "no-property", gone, domain.TopicSubmitted, domain.ChannelSMS)
	require.NoError(t, sendNotification(m).Execute(t.Context(), "no-property"))
	require.NoError(t, sendNotification(m).Execute(t.Context(), "nothing"))
	assert.Empty(t, m.Inbox.Messages())
}

func TestSendNotificationFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		m := memory.ForTest()
		addOwner(t, m)
		addNotification(t, m, "n-1", addCase(t, m, "p-1", domain.Submitted, m.Clock.Now()), domain.TopicSubmitted, domain.ChannelSMS)
		m.Faults.FailCall(n)
		err := sendNotification(m).Execute(t.Context(), "n-1")
		if !m.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 8)
			break
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		assert.Equal(t, domain.NotificationPending, notification(t, m, "n-1").Status)
		require.NoError(t, sendNotification(m).Execute(t.Context(), "n-1"))
		assert.Len(t, m.Inbox.Messages(), 1)
	}
}
