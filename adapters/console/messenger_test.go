package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/console"
	"github.com/propflow/propflow/domain"
)

type fixedID struct{}

func (fixedID) New() string { return "0195502a-0000-7000-8000-000000000009" }

func messenger() (console.Messenger, *bytes.Buffer) {
	var log bytes.Buffer
	return console.New(slog.New(slog.NewJSONHandler(&log, nil)), fixedID{}), &log
}

func line(t *testing.T, log *bytes.Buffer) map[string]any {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal(log.Bytes(), &fields), "one JSON line: %s", log)
	delete(fields, "time")
	return fields
}

func TestOTPIsSentWithoutAWordOfIt(t *testing.T) {
	t.Parallel()
	sender, log := messenger()
	id, err := sender.Send(t.Context(), domain.Message{
		To: domain.Recipient{Phone: "+919812345678"}, Channel: domain.ChannelSMS, Template: "otp.en",
		Params: []string{"493817"}, Text: "PropFlow: 493817 is your login code.",
	})
	require.NoError(t, err)
	assert.Equal(t, "console:"+fixedID{}.New(), id)
	assert.Equal(t, map[string]any{
		"level": "INFO", "msg": "message sent", "message_id": id, "to": "+91********78", "channel": "SMS", "template": "otp.en",
	}, line(t, log))
	assert.NotContains(t, log.String(), "493817")
	assert.NotContains(t, log.String(), "9812345678")
}

func TestTextsForPhonesStayUnsaid(t *testing.T) {
	t.Parallel()
	for _, channel := range domain.Channels {
		sender, log := messenger()
		_, err := sender.Send(t.Context(), domain.Message{
			To: domain.Recipient{Phone: "+919812345678", Email: "asha@example.in"}, Channel: channel, Template: "valued.hi", Params: []string{"PF-1"}, Text: "secret text", Key: "n1",
		})
		require.NoError(t, err)
		assert.NotContains(t, log.String(), "secret text")
		assert.NotContains(t, log.String(), "PF-1")
	}
}

func TestDigestIsWrittenOut(t *testing.T) {
	t.Parallel()
	for channel, masked := range map[domain.Channel]string{domain.ChannelConsole: "+91********78", domain.ChannelEmail: "a***@e***.in"} {
		sender, log := messenger()
		id, err := sender.Send(t.Context(), domain.Message{
			To: domain.Recipient{Phone: "+919812345678", Email: "asha@example.in"}, Channel: channel, Template: domain.TemplateDigest,
			Text: "3 submitted\n1 past due", Key: "digest:2026-03-01:u1",
		})
		require.NoError(t, err)
		assert.Equal(t, "console:digest:2026-03-01:u1", id)
		written := line(t, log)
		assert.Equal(t, "3 submitted\n1 past due", written["text"])
		assert.Equal(t, masked, written["to"])
	}
}

func TestSendingAgainGivesTheSameID(t *testing.T) {
	t.Parallel()
	sender, _ := messenger()
	message := domain.Message{To: domain.Recipient{Phone: "+919812345678"}, Channel: domain.ChannelSMS, Template: "submitted.en", Key: "n1"}
	first, err := sender.Send(t.Context(), message)
	require.NoError(t, err)
	again, err := sender.Send(t.Context(), message)
	require.NoError(t, err)
	assert.Equal(t, first, again)
	message.Key = "n2"
	other, err := sender.Send(t.Context(), message)
	require.NoError(t, err)
	assert.NotEqual(t, first, other)
}

func TestWhatCannotBeSentIsRefused(t *testing.T) {
	t.Parallel()
	sender, log := messenger()
	for _, number := range []domain.Phone{"", "9812345678", "+", "+0123456789", "+91981234567x", "+9198123456789012"} {
		_, err := sender.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: number}, Channel: domain.ChannelSMS, Template: "otp.en"})
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%q: %v", number, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sender.Send(ended, domain.Message{To: domain.Recipient{Phone: "+919812345678"}, Channel: domain.ChannelSMS, Template: "otp.en"})
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, log.String(), "what was not sent is not logged as sent")
}
