package smtp

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
)

// line is the connection of one message. It may be closed while it is dialled or used. The
// package closes it because the library leaves it open if greeting, encryption or login fails.
type line struct {
	messenger *Messenger

	mu         sync.Mutex
	connection net.Conn
	closed     bool
}

// dial connects, and encrypts at once if Config.Security is Implicit.
func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	connection, err := l.messenger.dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	l.connection = connection
	if l.closed {
		_ = connection.Close() // close was called before there was a connection
	}
	l.mu.Unlock()
	if l.messenger.config.Security != Implicit {
		return connection, nil
	}
	encrypted := tls.Client(connection, l.messenger.tls)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return encrypted, nil
}

// close ends the connection, now or as soon as there is one.
func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.connection != nil {
		_ = l.connection.Close() // its error changes nothing: by now a message is taken or lost
	}
}
