package ports_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// named is a Messenger whose ids name it.
type named string

func (n named) Send(_ context.Context, m domain.Message) (string, error) {
	return string(n) + ":" + m.Key, nil
}

func TestMessagesGoByTheirChannel(t *testing.T) {
	t.Parallel()
	m := ports.Messengers{domain.ChannelSMS: named("phone"), domain.ChannelConsole: named("log")}
	for channel, want := range map[domain.Channel]string{domain.ChannelSMS: "phone:k", domain.ChannelConsole: "log:k"} {
		id, err := m.Send(t.Context(), domain.Message{Channel: channel, Key: "k"})
		require.NoError(t, err)
		assert.Equal(t, want, id)
	}
	for _, channel := range []domain.Channel{domain.ChannelWhatsApp, "PIGEON", ""} {
		_, err := m.Send(t.Context(), domain.Message{Channel: channel})
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
		assert.ErrorContains(t, err, `no messenger serves channel "`+string(channel)+`"`)
	}
}

func TestOneMessengerServesEveryChannel(t *testing.T) {
	t.Parallel()
	m := ports.ServedBy(named("one"))
	for _, channel := range domain.Channels {
		id, err := m.Send(t.Context(), domain.Message{Channel: channel})
		require.NoError(t, err)
		assert.Equal(t, "one:", id)
	}
	_, err := m.Send(t.Context(), domain.Message{Channel: "PIGEON"})
	require.Error(t, err)
}
