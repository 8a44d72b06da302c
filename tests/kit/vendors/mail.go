package vendors

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// The login of a Mail, and an address that it refuses permanently.
const (
	MailUser     = "propflow"
	MailPassword = "a password of the relay"
	MailRefused  = "nobody@example.in"
)

// MailStep is a step of the SMTP dialogue at which a fault can occur.
type MailStep string

// The steps.
const (
	MailLogin     MailStep = "login"
	MailSender    MailStep = "sender"
	MailRecipient MailStep = "recipient"
	MailData      MailStep = "data"
)

// MailFault answers one step instead of the server. At MailData it may call take to make the
// server accept the message nevertheless.
type MailFault func(connection *smtp.Conn, take func()) error

// Mail is a submission server in this process, which keeps the letters that it accepts.
type Mail struct {
	Host string
	Port uint16
	// RootCAs verify its certificate.
	RootCAs *x509.CertPool
	// Reached receives each step that a fault answered, up to 64 unread ones.
	Reached chan MailStep
	// Arrived receives each letter, up to 64 unread ones.
	Arrived chan Letter

	mu      sync.Mutex
	letters []Letter
	faults  map[MailStep]MailFault
	ended   chan struct{}
}

// MailOptions describe how a Mail differs from a server with STARTTLS that requires a login.
type MailOptions struct {
	Implicit bool // TLS from the first byte
	Plain    bool // no TLS at all, and no login
	// Certificate is the server's. If nil, it is one that RootCAs verify.
	Certificate *tls.Certificate
}

// StartMail serves mail until the test ends.
func StartMail(t testing.TB, o MailOptions) *Mail {
	t.Helper()
	certificate, roots := MailCertificate(t)
	if o.Certificate != nil {
		certificate = *o.Certificate
	}
	m := &Mail{RootCAs: roots, faults: make(map[MailStep]MailFault), ended: make(chan struct{}), Reached: make(chan MailStep, 64), Arrived: make(chan Letter, 64)}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &mailSession{mail: m, connection: c}, nil }))
	server.Domain, server.AllowInsecureAuth, server.ErrorLog = "mail.test", o.Plain, discard{}
	if !o.Plain {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address, _ := listener.Addr().(*net.TCPAddr)
	m.Host, m.Port = address.IP.String(), address.AddrPort().Port()
	if o.Implicit {
		listener = tls.NewListener(listener, server.TLSConfig)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // until Close
	}()
	t.Cleanup(func() {
		close(m.ended)
		_ = listener.Close() // in case Close is called before Serve has registered it
		_ = server.Close()
		<-served
	})
	return m
}

// discard drops what the server would log.
type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

// Letters lists the accepted letters, oldest first.
func (m *Mail) Letters() []Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.letters)
}

// Fail makes every further dialogue fail at a step, until it is called with nil.
func (m *Mail) Fail(step MailStep, fault MailFault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults[step] = fault
}

// MailReply refuses with a reply. Its text has the user and an address, which errors of the
// product must not repeat.
func MailReply(code, class, subject, detail int) MailFault {
	return func(*smtp.Conn, func()) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: MailUser + " " + MailRefused}
	}
}

// MailBreak breaks the connection without a reply.
func MailBreak(connection *smtp.Conn, _ func()) error { return connection.Conn().Close() }

// MailLose accepts the message and loses the reply.
func MailLose(connection *smtp.Conn, take func()) error {
	take()
	return connection.Conn().Close()
}

// Stall does not reply until the server ends.
func (m *Mail) Stall(*smtp.Conn, func()) error {
	<-m.ended
	return nil
}

// at answers a step with its fault, if there is one. Otherwise it calls take and returns nil.
func (m *Mail) at(step MailStep, connection *smtp.Conn, take func()) error {
	m.mu.Lock()
	fault := m.faults[step]
	m.mu.Unlock()
	if fault != nil {
		select {
		case m.Reached <- step:
		default: // full; no test counts so many
		}
		return fault(connection, take)
	}
	take()
	return nil
}

// mailSession is one dialogue.
type mailSession struct {
	mail       *Mail
	connection *smtp.Conn
	login      string
	letter     Letter
}

var _ smtp.AuthSession = (*mailSession)(nil)

func (s *mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		return s.mail.at(MailLogin, s.connection, func() {
			if username == MailUser && password == MailPassword {
				s.login = username
			}
		})
	}), nil
}

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	_, s.letter.TLS = s.connection.TLSConnectionState()
	s.letter.Login = s.login
	if s.letter.TLS && s.login == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "log in first"}
	}
	return s.mail.at(MailSender, s.connection, func() { s.letter.From = from })
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == MailRefused {
		return MailReply(550, 5, 1, 1)(s.connection, nil)
	}
	return s.mail.at(MailRecipient, s.connection, func() { s.letter.To = append(s.letter.To, to) })
}

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.mail.at(MailData, s.connection, func() {
		s.letter.Raw = string(raw)
		s.mail.mu.Lock()
		defer s.mail.mu.Unlock()
		s.mail.letters = append(s.mail.letters, s.letter)
		select {
		case s.mail.Arrived <- s.letter:
		default: // full; no test counts so many
		}
	})
}

func (s *mailSession) Reset()        { s.letter = Letter{} }
func (s *mailSession) Logout() error { return nil }
