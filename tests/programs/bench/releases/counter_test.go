package releases_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// counter forwards connections to PostgreSQL and counts the round trips: the messages after which a
// client waits for an answer, Query and Sync (PostgreSQL's manual, "Message Formats").
type counter struct {
	listener net.Listener
	server   string
	seen     atomic.Int64
}

// newCounter counts until the benchmark ends.
func newCounter(b *testing.B, server string) *counter {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(context.WithoutCancel(b.Context()), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	c := &counter{listener: listener, server: server}
	b.Cleanup(func() { _ = listener.Close() }) // accept ends
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go c.forward(client)
		}
	}()
	return c
}

// forward ends with either connection.
func (c *counter) forward(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server) // until either is closed
		_ = client.Close()
	}()
	_ = c.read(bufio.NewReader(client), server) // until either is closed
}

// read forwards what the client sends. Its first messages, which ask for encryption and name the
// database, have no type.
func (c *counter) read(client *bufio.Reader, server io.Writer) error {
	const version3 = 3 << 16
	for started := false; ; {
		head := 8
		if started {
			head = 5
		}
		begin, err := client.Peek(head)
		if err != nil {
			return err
		}
		length := int64(binary.BigEndian.Uint32(begin)) // includes itself
		if started {
			length = 1 + int64(binary.BigEndian.Uint32(begin[1:]))
			if begin[0] == 'Q' || begin[0] == 'S' {
				c.seen.Add(1)
			}
		} else {
			started = binary.BigEndian.Uint32(begin[4:]) == version3
		}
		if _, err := io.CopyN(server, client, length); err != nil {
			return err
		}
	}
}
