package smtp_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/smtp"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/vendors"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestContract(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]vendors.MailOptions{"STARTTLS": {}, "implicit TLS": {Implicit: true}, "no TLS": {Plain: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portstest.Messenger(t, func(t *testing.T) portstest.MessengerHarness {
				server := vendors.StartMail(t, o)
				return portstest.MessengerHarness{
					Messenger: client(t, server, o), Channels: []domain.Channel{domain.ChannelEmail},
					Delivered: func() []domain.Message { return delivered(t, server) }, Arrives: arrives,
					Refused: domain.Recipient{Email: vendors.MailRefused},
				}
			})
		})
	}
}

// client returns a Messenger for the server.
func client(t *testing.T, server *vendors.Mail, o vendors.MailOptions, change ...func(*smtp.Config)) *smtp.Messenger {
	t.Helper()
	config := smtp.Config{
		Host: server.Host, Port: server.Port, RootCAs: server.RootCAs, From: "PropFlow <digest@propflow.example.in>",
		Username: vendors.MailUser, Password: vendors.MailPassword,
	}
	switch {
	case o.Implicit:
		config.Security = smtp.Implicit
	case o.Plain:
		config.Security, config.Username, config.Password = smtp.Plain, "", ""
	}
	for _, f := range change {
		f(&config)
	}
	m, err := smtp.New(config, memory.ForTest().IDs)
	if !assert.NoError(t, err) {
		t.FailNow()
	}
	return m
}

// arrives is what an e-mail has of a message.
func arrives(sent domain.Message) domain.Message {
	return domain.Message{To: domain.Recipient{Email: sent.To.Email}, Channel: sent.Channel, Subject: sent.Subject, Text: sent.Text}
}

func delivered(t *testing.T, server *vendors.Mail) (all []domain.Message) {
	t.Helper()
	for _, letter := range server.Letters() {
		subject, err := letter.Header("Subject")
		assert.NoError(t, err)
		text, err := letter.Text()
		assert.NoError(t, err)
		assert.Len(t, letter.To, 1)
		all = append(all, domain.Message{
			To: domain.Recipient{Email: domain.Email(letter.To[0])}, Channel: domain.ChannelEmail, Subject: subject, Text: text,
		})
	}
	return all
}
