package ports

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/domain"
)

// Messengers routes messages: each channel has a Messenger of its own.
type Messengers map[domain.Channel]Messenger

var _ Messenger = Messengers{}

// ServedBy returns Messengers by which one Messenger serves every channel.
func ServedBy(one Messenger) Messengers {
	all := make(Messengers, len(domain.Channels))
	for _, channel := range domain.Channels {
		all[channel] = one
	}
	return all
}

// Send implements Messenger by the Messenger of the message's channel. A channel without one is
// unavailable rather than invalid: the configuration may be corrected, and the message sent then.
func (m Messengers) Send(ctx context.Context, message domain.Message) (string, error) {
	to, served := m[message.Channel]
	if !served {
		return "", Unserved(message.Channel)
	}
	return to.Send(ctx, message)
}

// Unserved is the error of a Messenger that is given a message for a channel that it does not
// serve: KindUnavailable "messenger_unavailable", whose cause names the channel.
func Unserved(channel domain.Channel) error {
	return domain.Unavailable("messenger", 0, fmt.Errorf("no messenger serves channel %q", channel))
}
