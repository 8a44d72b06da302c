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
// KindUnavailable "messenger_unavailable" for everything else, another channel, ctx and a faulty
// configuration included.
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

// letter writes the message as RFC 5322 wants it, and returns its Message-ID too. Whatever comes
// from outside is checked or encoded, so that it can add no header.
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
	// No vacation notice is to come back (RFC 3834).
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(gomail.TypeTextPlain, message.Text)
	return letter, id, nil
}

// messageID returns the Message-ID that a key stands for, without its brackets. It is a digest,
// because a key may name a person.
func (m *Messenger) messageID(key string) string {
	if key == "" {
		return m.ids.New() + "@" + m.domain
	}
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + "@" + m.domain
}

// Check reports whether the server can be reached, shows a certificate that is trusted and takes
// the login. Errors: KindUnavailable.
func (m *Messenger) Check(ctx context.Context) error {
	if err := m.connected(ctx, func(*gomail.Client) error { return nil }); err != nil {
		return translate(err)
	}
	return nil
}
