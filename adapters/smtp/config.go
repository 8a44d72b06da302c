package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Security is how the connection to the server is encrypted.
type Security string

// The securities.
const (
	STARTTLS Security = "starttls" // by the command of that name, which the server must support
	Implicit Security = "implicit" // from the first byte (RFC 8314)
	Plain    Security = "none"     // not at all, for servers on the same machine
)

// Securities lists every Security.
var Securities = []Security{STARTTLS, Implicit, Plain}

// Config names the server that takes messages, and their sender.
type Config struct {
	// Host is the server's name, which its certificate must have.
	Host string
	// Port is 587 if 0, or 465 with Implicit.
	Port uint16
	// Security is STARTTLS if empty.
	Security Security
	// Username and Password log in; there is no login if both are empty.
	Username, Password string
	// From is the sender's address, which may have a name: PropFlow <digest@example.in>.
	From string

	// RootCAs are the authorities that may sign the server's certificate; those of the
	// machine if nil.
	RootCAs *x509.CertPool
	// Timeout bounds one message, connection included; 30 s if 0.
	Timeout time.Duration
}

const defaultTimeout = 30 * time.Second

// Messenger sends e-mail through one server, each message over a connection of its own. It may be
// used concurrently.
type Messenger struct {
	config Config
	from   *mail.Address
	domain string // of from
	ids    ports.IDs
	tls    *tls.Config
	dialer net.Dialer
}

var _ ports.Messenger = (*Messenger)(nil)

// New returns a Messenger. It does not connect. ids makes the Message-IDs of messages without a
// Key. Its error names every fault of config, and no value.
func New(config Config, ids ports.IDs) (*Messenger, error) {
	var faults []error
	if config.Host == "" {
		faults = append(faults, errors.New("smtp: Host must be set"))
	}
	if config.Security == "" {
		config.Security = STARTTLS
	}
	if config.Port == 0 {
		config.Port = map[Security]uint16{Implicit: 465}[config.Security]
	}
	if config.Port == 0 {
		config.Port = 587
	}
	switch {
	case config.Security != STARTTLS && config.Security != Implicit && config.Security != Plain:
		faults = append(faults, errors.New("smtp: Security must be starttls, implicit or none"))
	case config.Security == Plain && config.Username != "":
		faults = append(faults, errors.New("smtp: a login needs encryption"))
	}
	if (config.Username == "") != (config.Password == "") {
		faults = append(faults, errors.New("smtp: give both Username and Password or neither"))
	}
	from, err := sender(config.From)
	if err := errors.Join(append(faults, err)...); err != nil {
		return nil, err
	}
	if config.Timeout <= 0 {
		config.Timeout = defaultTimeout
	}
	_, host, _ := strings.Cut(from.Address, "@")
	return &Messenger{
		config: config, from: from, domain: host, ids: ids,
		tls: &tls.Config{ServerName: config.Host, RootCAs: config.RootCAs, MinVersion: tls.VersionTLS12},
	}, nil
}

// sender parses the sender's address.
func sender(from string) (*mail.Address, error) {
	address, err := mail.ParseAddress(from)
	if err == nil {
		_, err = domain.ParseEmail(address.Address)
	}
	if err != nil {
		return nil, errors.New("smtp: From must be an e-mail address such as PropFlow <digest@example.in>")
	}
	return address, nil
}
