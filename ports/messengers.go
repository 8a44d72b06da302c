package ports

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/domain"
)

// Messengers routes messages: each channel has a Messenger of its own.
type Messengers map[domain.Channel]Messenger

var _ Messenger = Messengers{}

// ServedBy returns Messengers in which one Messenger serves every channel.
func ServedBy(one Messenger) Messengers {
	all := make(Messengers, len(domain.Channels))
	for _, channel := range domain.Channels {
		all[channel] = one
	}
	return all
}

// Send passes the message to the Messenger of its channel. A channel without one is
// KindUnavailable rather than KindInvalid, because the message can still be sent once the
// configuration is corrected.
func (m Messengers) Send(ctx context.Context, message domain.Message) (string, error) {
	to, served := m[message.Channel]
	if !served {
		return "", Unserved(message.Channel)
	}
	return to.Send(ctx, message)
}

// Unserved returns the error with which a Messenger refuses a channel that it does not serve:
// KindUnavailable "messenger_unavailable", whose cause names the channel.
func Unserved(channel domain.Channel) error {
	return domain.Unavailable("messenger", 0, fmt.Errorf("no messenger serves channel %q", channel))
}
