package portstest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// MessengerHarness is a messenger and a view of what its recipients get.
type MessengerHarness struct {
	Messenger ports.Messenger
	// Channels are the channels that it serves, at least one.
	Channels []domain.Channel
	// Delivered lists the messages that arrived, oldest first.
	Delivered func() []domain.Message
	// Arrives returns the part of a sent message that Delivered can show, because not every
	// field reaches the provider, e.g. the Key. Nil means all of it.
	Arrives func(sent domain.Message) domain.Message
	// Refused has addresses that the provider refuses permanently.
	Refused domain.Recipient
}

// Messenger checks a ports.Messenger.
func Messenger(t *testing.T, open func(t *testing.T) MessengerHarness) {
	for name, check := range map[string]func(t *testing.T, h MessengerHarness){
		"delivers to the address, unchanged": deliversUnchanged,
		"survives repeats":                   survivesRepeats,
		"says what it cannot deliver":        refusesBadAddresses,
		"serves no other channel":            servesNoOtherChannel,
		"sends many at once":                 sendsManyAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			if h.Arrives == nil {
				h.Arrives = func(sent domain.Message) domain.Message { return sent }
			}
			check(t, h)
		})
	}
}

// newMessage returns a message in Hindi to a new recipient.
func newMessage(channel domain.Channel) domain.Message {
	return domain.Message{
		To: domain.Recipient{Phone: newPhone(), Email: newEmail()}, Channel: channel,
		Template: "valued.hi", Subject: "संपत्ति PF-20261123-ABC123: मूल्यांकन पूरा हुआ, रिपोर्ट ऐप में उपलब्ध है", Params: []string{"PF-20261123-ABC123", "₹1,23,45,678"},
		Text: "PropFlow: आपकी संपत्ति PF-20261123-ABC123 का मूल्यांकन ₹1,23,45,678 है।", Key: newID(),
	}
}

func deliversUnchanged(t *testing.T, h MessengerHarness) {
	seen := make(map[string]bool)
	for _, channel := range h.Channels {
		want := newMessage(channel)
		id, err := h.Messenger.Send(t.Context(), tidy(want))
		require.NoError(t, err)
		require.NotEmpty(t, id)
		require.False(t, seen[id], "the provider's ids tell messages apart")
		seen[id] = true
		delivered := h.Delivered()
		require.Len(t, delivered, len(seen))
		require.Equal(t, h.Arrives(want), delivered[len(delivered)-1])
	}
}

func survivesRepeats(t *testing.T, h MessengerHarness) {
	m := newMessage(h.Channels[0])
	for range 2 {
		id, err := h.Messenger.Send(t.Context(), m)
		require.NoError(t, err)
		require.NotEmpty(t, id)
	}
	require.LessOrEqual(t, len(h.Delivered()), 2)
	m.Key = ""
	before := len(h.Delivered())
	for range 2 { // a message without a key is never a repeat
		_, err := h.Messenger.Send(t.Context(), m)
		require.NoError(t, err)
	}
	require.Len(t, h.Delivered(), before+2)
}

func refusesBadAddresses(t *testing.T, h MessengerHarness) {
	for _, channel := range h.Channels {
		m := newMessage(channel)
		for _, m.To = range []domain.Recipient{h.Refused, {}} {
			_, err := h.Messenger.Send(t.Context(), m)
			require.Error(t, err)
			require.Equal(t, domain.KindInvalid, domain.KindOf(err), "%v", err)
			if address := m.To.Address(channel); address != "" {
				require.NotContains(t, err.Error(), address, "errors never echo an address")
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := h.Messenger.Send(ctx, newMessage(channel))
		require.Error(t, err)
	}
	require.Empty(t, h.Delivered())
}

func servesNoOtherChannel(t *testing.T, h MessengerHarness) {
	for _, channel := range append(slices.Clone(domain.Channels), "PIGEON") {
		if slices.Contains(h.Channels, channel) {
			continue
		}
		_, err := h.Messenger.Send(t.Context(), newMessage(channel))
		require.Error(t, err, "channel %s", channel)
		require.Equal(t, domain.KindUnavailable, domain.KindOf(err), "%v", err)
		require.ErrorContains(t, err, string(channel))
	}
	require.Empty(t, h.Delivered())
}

func sendsManyAtOnce(t *testing.T, h MessengerHarness) {
	for _, err := range race(racers, func(int) error {
		_, err := h.Messenger.Send(t.Context(), newMessage(h.Channels[0]))
		return err
	}) {
		require.NoError(t, err)
	}
	require.Len(t, h.Delivered(), racers)
}
