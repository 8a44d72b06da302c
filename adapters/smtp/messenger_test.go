package smtp_test

import (
	"context"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/smtp"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/vendors"
)

const address = domain.Email("meera.nair@bank.example.in")

func letter() domain.Message {
	return domain.Message{
		To: domain.Recipient{Email: address}, Channel: domain.ChannelEmail, Template: domain.TemplateDigest,
		Subject: "PropFlow digest of 23-11-2026", Text: "Last 24 h: 2 submitted\nनमस्ते ₹", Key: "digest:2026-11-23:u1",
	}
}

// unavailable asserts that the message may be tried again, and that the error names a step and
// neither the address nor the login.
func unavailable(t *testing.T, err error, step string) {
	t.Helper()
	require.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
	assert.Equal(t, "messenger_unavailable", domain.CodeOf(err))
	assert.ErrorContains(t, err, step)
	silent(t, err)
}

func silent(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{string(address), "meera", vendors.MailRefused, vendors.MailUser + " ", vendors.MailPassword} {
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestALetter(t *testing.T) {
	t.Parallel()
	server := vendors.StartMail(t, vendors.MailOptions{})
	m := client(t, server, vendors.MailOptions{})
	var ids []string
	for range 2 {
		id, err := m.Send(t.Context(), letter())
		require.NoError(t, err)
		ids = append(ids, id)
	}
	assert.Equal(t, ids[0], ids[1], "a repeat has the same Message-ID")
	assert.Regexp(t, `^[0-9a-f]{32}@propflow\.example\.in$`, ids[0])
	got := server.Letters()[0]
	assert.True(t, got.TLS)
	assert.Equal(t, vendors.MailUser, got.Login)
	assert.Equal(t, "digest@propflow.example.in", got.From)
	for name, want := range map[string]string{
		"Message-Id": "<" + ids[0] + ">", "From": `"PropFlow" <digest@propflow.example.in>`, "To": "<" + string(address) + ">",
		"Subject": letter().Subject, "Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8", "Mime-Version": "1.0",
	} {
		header, err := got.Header(name)
		require.NoError(t, err)
		assert.Equal(t, want, header, name)
	}
	date, err := got.Header("Date")
	require.NoError(t, err)
	_, err = time.Parse(time.RFC1123Z, date)
	require.NoError(t, err)
	other := letter()
	other.Key = ""
	first, err := m.Send(t.Context(), other)
	require.NoError(t, err)
	second, err := m.Send(t.Context(), other)
	require.NoError(t, err)
	assert.NotEqual(t, first, second, "without a key nothing is a repeat")
}

func TestNothingAddsAHeader(t *testing.T) {
	t.Parallel()
	server := vendors.StartMail(t, vendors.MailOptions{})
	m := client(t, server, vendors.MailOptions{})
	_, err := m.Send(t.Context(), letter())
	require.NoError(t, err)
	clean, err := server.Letters()[0].Headers()
	require.NoError(t, err)
	for _, evil := range []string{"x\r\nBcc: evil@example.in", "x\nBcc: evil@example.in", "x\rBcc: evil@example.in", "x\r\n\r\nbody", "x\x00\r\nBcc: e@example.in"} {
		message := letter()
		message.Subject, message.Key, message.Template = evil, evil, evil
		message.Text = ".\r\nRCPT TO:<evil@example.in>\r\n.\r\n" + evil
		_, err := m.Send(t.Context(), message)
		require.NoError(t, err)
		all := server.Letters()
		got := all[len(all)-1]
		assert.Equal(t, []string{string(address)}, got.To)
		headers, err := got.Headers()
		require.NoError(t, err)
		assert.ElementsMatch(t, keys(clean), keys(headers), "%q", evil)

		message.To.Email = address + domain.Email(evil[1:])
		_, err = m.Send(t.Context(), message)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%v", err)
	}
	assert.Len(t, server.Letters(), 6, "and no letter more")
}

func keys(headers map[string][]string) (names []string) {
	for name, values := range headers {
		for range values {
			names = append(names, name)
		}
	}
	return names
}

func TestRepliesOfTheServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		step    vendors.MailStep
		fault   vendors.MailFault
		refused bool
		want    string
	}{
		"no such mailbox":     {vendors.MailRecipient, vendors.MailReply(550, 5, 1, 1), true, "recipient: reply 550 5.1.1"},
		"not here":            {vendors.MailRecipient, vendors.MailReply(551, 5, 1, 6), true, "recipient: reply 551"},
		"no mailbox name":     {vendors.MailRecipient, vendors.MailReply(553, 5, 1, 3), true, "recipient: reply 553"},
		"greylisted":          {vendors.MailRecipient, vendors.MailReply(450, 4, 2, 0), false, "recipient: reply 450 4.2.0"},
		"busy":                {vendors.MailRecipient, vendors.MailReply(451, 4, 3, 0), false, "recipient: reply 451"},
		"full":                {vendors.MailRecipient, vendors.MailReply(552, 5, 2, 2), false, "recipient: reply 552 5.2.2"},
		"full, by 550":        {vendors.MailRecipient, vendors.MailReply(550, 5, 2, 2), false, "recipient: reply 550 5.2.2"},
		"relay denied":        {vendors.MailRecipient, vendors.MailReply(550, 5, 7, 1), false, "recipient: reply 550 5.7.1"},
		"transaction failed":  {vendors.MailRecipient, vendors.MailReply(554, 5, 0, 0), false, "recipient: reply 554"},
		"sender refused":      {vendors.MailSender, vendors.MailReply(550, 5, 1, 8), false, "sender: reply 550"},
		"content refused":     {vendors.MailData, vendors.MailReply(550, 5, 6, 0), false, "data: reply 550"},
		"content later":       {vendors.MailData, vendors.MailReply(451, 4, 3, 2), false, "data: reply 451"},
		"login refused":       {vendors.MailLogin, vendors.MailReply(535, 5, 7, 8), false, "login: reply 535"},
		"breaks at the login": {vendors.MailLogin, vendors.MailBreak, false, "smtp: "},
		"breaks at the data":  {vendors.MailData, vendors.MailBreak, false, "data: the connection broke"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := vendors.StartMail(t, vendors.MailOptions{})
			server.Fail(c.step, c.fault)
			m := client(t, server, vendors.MailOptions{})
			_, err := m.Send(t.Context(), letter())
			if c.refused {
				require.True(t, domain.IsKind(err, domain.KindInvalid), "%v", err)
				assert.Equal(t, "address_refused", domain.CodeOf(err))
				assert.ErrorContains(t, err, c.want)
				silent(t, err)
			} else {
				unavailable(t, err, c.want)
			}
			server.Fail(c.step, nil)
			_, err = m.Send(t.Context(), letter())
			require.NoError(t, err, "the next message finds nothing of it")
			assert.Len(t, server.Letters(), 1)
		})
	}
}

func TestALostReplyRepeatsTheMessageID(t *testing.T) {
	t.Parallel()
	server := vendors.StartMail(t, vendors.MailOptions{})
	m := client(t, server, vendors.MailOptions{})
	server.Fail(vendors.MailData, vendors.MailLose)
	_, err := m.Send(t.Context(), letter())
	unavailable(t, err, "data")
	server.Fail(vendors.MailData, nil)
	id, err := m.Send(t.Context(), letter())
	require.NoError(t, err)
	require.Len(t, server.Letters(), 2)
	for _, copied := range server.Letters() {
		header, err := copied.Header("Message-ID")
		require.NoError(t, err)
		assert.Equal(t, "<"+id+">", header)
	}
}

func TestAServerThatStalls(t *testing.T) {
	t.Parallel()
	for _, step := range []vendors.MailStep{vendors.MailLogin, vendors.MailSender, vendors.MailRecipient, vendors.MailData} {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			server := vendors.StartMail(t, vendors.MailOptions{})
			server.Fail(step, server.Stall)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-server.Reached
				cancel()
			}()
			slow := client(t, server, vendors.MailOptions{}, func(c *smtp.Config) { c.Timeout = time.Hour })
			_, err := slow.Send(ctx, letter())
			unavailable(t, err, context.Canceled.Error())

			patient := client(t, server, vendors.MailOptions{}, func(c *smtp.Config) { c.Timeout = 50 * time.Millisecond })
			_, err = patient.Send(t.Context(), letter())
			unavailable(t, err, "smtp: ")
		})
	}
}

func TestAServerThatNeverGreets(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	mute, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	for _, security := range smtp.Securities {
		m, err := smtp.New(smtp.Config{
			Host: "127.0.0.1", Port: mute.AddrPort().Port(), Security: security, From: "digest@propflow.example.in", Timeout: 50 * time.Millisecond,
		}, memory.ForTest().IDs)
		require.NoError(t, err)
		_, err = m.Send(t.Context(), letter())
		unavailable(t, err, "connect")
	}
}

func TestNobodyElseIsTheServer(t *testing.T) {
	t.Parallel()
	expired, expiredRoots := vendors.MailCertificate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	other, otherRoots := vendors.MailCertificate(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"mail.example.in"} })
	for name, c := range map[string]struct {
		o     vendors.MailOptions
		roots *x509.CertPool // the server's where nil
	}{
		"nobody vouches": {vendors.MailOptions{}, x509.NewCertPool()}, "expired": {vendors.MailOptions{Certificate: &expired}, expiredRoots},
		"another name": {vendors.MailOptions{Certificate: &other}, otherRoots},
	} {
		for _, implicit := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				o := c.o
				o.Implicit = implicit
				server := vendors.StartMail(t, o)
				m := client(t, server, o, func(config *smtp.Config) { config.RootCAs = c.roots })
				_, err := m.Send(t.Context(), letter())
				unavailable(t, err, "connect: tls: failed to verify certificate")
				unavailable(t, m.Check(t.Context()), "certificate")
				assert.Empty(t, server.Letters())
			})
		}
	}
}

// TestNothingGoesOutInTheClear has a server, or who stands in its place, offer no TLS.
func TestNothingGoesOutInTheClear(t *testing.T) {
	t.Parallel()
	server := vendors.StartMail(t, vendors.MailOptions{Plain: true})
	for _, o := range []vendors.MailOptions{{}, {Implicit: true}} {
		m := client(t, server, o)
		_, err := m.Send(t.Context(), letter())
		unavailable(t, err, "connect")
	}
	assert.Empty(t, server.Letters())
}

// TestConnectionsAreClosed has the server offer nothing that may be used.
func TestConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	left := make(chan error, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			left <- err
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = connection.Write([]byte("220 mail.test\r\n250 mail.test\r\n"))
		_, err = io.Copy(io.Discard, connection) // until the client leaves
		left <- err
	}()
	bound, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	m, err := smtp.New(smtp.Config{Host: "127.0.0.1", Port: bound.AddrPort().Port(), From: "digest@propflow.example.in"}, memory.ForTest().IDs)
	require.NoError(t, err)
	_, err = m.Send(t.Context(), letter())
	unavailable(t, err, "connect")
	<-left
}

func TestCheck(t *testing.T) {
	t.Parallel()
	server := vendors.StartMail(t, vendors.MailOptions{})
	require.NoError(t, client(t, server, vendors.MailOptions{}).Check(t.Context()))
	wrong := client(t, server, vendors.MailOptions{}, func(c *smtp.Config) { c.Password = "another" })
	server.Fail(vendors.MailLogin, vendors.MailReply(535, 5, 7, 8))
	unavailable(t, wrong.Check(t.Context()), "login: reply 535")
	closed := client(t, server, vendors.MailOptions{}, func(c *smtp.Config) { c.Port = 1 })
	unavailable(t, closed.Check(t.Context()), "connect")
	assert.Empty(t, server.Letters())
}

func TestFaultyConfigurationsAreNamed(t *testing.T) {
	t.Parallel()
	good := smtp.Config{Host: "mail.example.in", From: "digest@example.in"}
	for want, change := range map[string]func(*smtp.Config){
		"Host must be set":    func(c *smtp.Config) { c.Host = "" },
		"Security must be":    func(c *smtp.Config) { c.Security = "ssl" },
		"needs encryption":    func(c *smtp.Config) { c.Security, c.Username, c.Password = smtp.Plain, "u", "secret" },
		"both Username and":   func(c *smtp.Config) { c.Password = "secret" },
		"From must be an e-m": func(c *smtp.Config) { c.From = "digest@example.in\r\nBcc: e@example.in" },
	} {
		config := good
		change(&config)
		_, err := smtp.New(config, memory.ForTest().IDs)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "secret")
	}
	_, err := smtp.New(smtp.Config{}, memory.ForTest().IDs)
	assert.Equal(t, 2, strings.Count(err.Error(), "smtp: "), "all faults at once")
}
