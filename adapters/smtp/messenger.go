package smtp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Send hands the message to the server and returns its Message-ID. Errors: KindInvalid
// "address_refused" if the server will never deliver to the address, or there is none;
// KindUnavailable "messenger_unavailable" for everything else, including another channel, ctx and
// a faulty configuration.
func (m *Messenger) Send(ctx context.Context, message domain.Message) (string, error) {
	if message.Channel != domain.ChannelEmail {
		return "", ports.Unserved(message.Channel)
	}
	letter, id, err := m.letter(message)
	if err != nil {
		return "", err
	}
	if err := m.connected(ctx, func(client *gomail.Client) error { return client.Send(letter) }); err != nil {
		return "", translate(err)
	}
	return id, nil
}

// letter returns the message in the form of RFC 5322, and its Message-ID. All input is checked
// or encoded, so that it cannot add a header.
func (m *Messenger) letter(message domain.Message) (*gomail.Msg, string, error) {
	to, err := domain.ParseEmail(string(message.To.Email))
	if err != nil {
		return nil, "", refused(nil)
	}
	id := m.messageID(message.Key)
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(m.from)
	letter.ToMailAddress(&mail.Address{Address: string(to)})
	letter.Subject(strings.Join(strings.Fields(message.Subject), " "))
	letter.SetMessageIDWithValue(id)
	letter.SetDateWithValue(time.Now())
	// Prevents vacation notices in reply (RFC 3834).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(gomail.TypeTextPlain, message.Text)
	return letter, id, nil
}

// messageID returns the Message-ID for a key, without its brackets, or a new one if the key is
// empty. It is a digest, because a key may name a person.
func (m *Messenger) messageID(key string) string {
	if key == "" {
		return m.ids.New() + "@" + m.domain
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + m.domain
}

// Check returns an error unless the server can be reached, has a trusted certificate and accepts
// the login. Errors: KindUnavailable.
func (m *Messenger) Check(ctx context.Context) error {
	if err := m.connected(ctx, func(*gomail.Client) error { return nil }); err != nil {
		return translate(err)
	}
	return nil
}
