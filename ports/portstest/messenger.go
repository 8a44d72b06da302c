package portstest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// MessengerHarness is a messenger and what arrives at the people it writes to.
type MessengerHarness struct {
	Messenger ports.Messenger
	// Delivered lists the messages that arrived, oldest first. Key and, for channels
	// without templates, Template and Params may be missing.
	Delivered func() []domain.Message
	// Refused is a number that the provider refuses for good.
	Refused domain.Phone
}

// Messenger checks a ports.Messenger.
func Messenger(t *testing.T, open func(t *testing.T) MessengerHarness) {
	for name, check := range map[string]func(t *testing.T, h MessengerHarness){
		"delivers to the number, unchanged": deliversUnchanged,
		"survives repeats":                  survivesRepeats,
		"says what it cannot deliver":       saysWhatItCannotDeliver,
		"sends many at once":                sendsManyAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

// newMessage returns a message in Hindi to somebody new.
func newMessage(channel domain.Channel) domain.Message {
	return domain.Message{
		To: newPhone(), Channel: channel, Template: "valued.hi", Params: []string{"PF-20261123-ABC123", "₹1,23,45,678"},
		Text: "PropFlow: आपकी संपत्ति PF-20261123-ABC123 का मूल्यांकन ₹1,23,45,678 है।", Key: newID(),
	}
}

func deliversUnchanged(t *testing.T, h MessengerHarness) {
	seen := make(map[string]bool)
	for _, channel := range []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp} {
		want := newMessage(channel)
		id, err := h.Messenger.Send(t.Context(), tidy(want))
		require.NoError(t, err)
		require.NotEmpty(t, id)
		require.False(t, seen[id], "the provider's ids tell messages apart")
		seen[id] = true
		delivered := h.Delivered()
		require.Len(t, delivered, len(seen))
		got := delivered[len(delivered)-1]
		require.Equal(t, want.To, got.To)
		require.Equal(t, channel, got.Channel)
		if got.Template == "" {
			require.Equal(t, want.Text, got.Text)
		} else {
			require.Equal(t, want.Template, got.Template)
			require.Equal(t, want.Params, got.Params)
		}
	}
}

func survivesRepeats(t *testing.T, h MessengerHarness) {
	m := newMessage(domain.ChannelSMS)
	for range 2 {
		id, err := h.Messenger.Send(t.Context(), m)
		require.NoError(t, err)
		require.NotEmpty(t, id)
	}
	require.LessOrEqual(t, len(h.Delivered()), 2)
	m.Key = ""
	before := len(h.Delivered())
	for range 2 { // without a key nothing is a repeat
		_, err := h.Messenger.Send(t.Context(), m)
		require.NoError(t, err)
	}
	require.Len(t, h.Delivered(), before+2)
}

func saysWhatItCannotDeliver(t *testing.T, h MessengerHarness) {
	m := newMessage(domain.ChannelSMS)
	m.To = h.Refused
	_, err := h.Messenger.Send(t.Context(), m)
	require.Error(t, err)
	require.Equal(t, domain.KindInvalid, domain.KindOf(err))
	require.NotContains(t, err.Error(), string(h.Refused), "errors never echo a number")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = h.Messenger.Send(ctx, newMessage(domain.ChannelSMS))
	require.Error(t, err)
	require.Empty(t, h.Delivered())
}

func sendsManyAtOnce(t *testing.T, h MessengerHarness) {
	for _, err := range race(racers, func(int) error {
		_, err := h.Messenger.Send(t.Context(), newMessage(domain.ChannelSMS))
		return err
	}) {
		require.NoError(t, err)
	}
	require.Len(t, h.Delivered(), racers)
}
