package servers

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// NewPooler returns the URL of a stand-in for a pooler before the database at databaseURL, which
// drops the named parameters from the start of each connection, as PgBouncer does with
// ignore_startup_parameters. It ends with the test. It refuses TLS.
func NewPooler(t testing.TB, databaseURL string, drops ...string) string {
	t.Helper()
	u, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatalf("the database's url: %v", err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	var conns sync.WaitGroup
	target := u.Host
	t.Cleanup(func() { _ = listener.Close() })
	conns.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { pool(client, target, drops) })
		}
	})
	u.Host = listener.Addr().String()
	query := u.Query()
	query.Set("sslmode", "disable")
	u.RawQuery = query.Encode()
	return u.String()
}

// pool forwards one connection.
func pool(client net.Conn, target string, drops []string) {
	defer client.Close()
	start, err := startup(client)
	if err != nil {
		return
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer server.Close()
	if _, err := server.Write(without(start, drops)); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	}()
	_, _ = io.Copy(client, server)
}

// The codes of a first message (PostgreSQL's manual, "Message Formats").
const (
	sslRequest    = 80877103
	cancelRequest = 80877102
)

// startup reads the first message of a client, and answers requests for TLS by no.
func startup(client net.Conn) ([]byte, error) {
	for {
		head := make([]byte, 8)
		if _, err := io.ReadFull(client, head); err != nil {
			return nil, err
		}
		length := binary.BigEndian.Uint32(head)
		if length < 8 || length > 10_000 {
			return nil, errors.New("no first message")
		}
		rest := make([]byte, length-8)
		if _, err := io.ReadFull(client, rest); err != nil {
			return nil, err
		}
		if binary.BigEndian.Uint32(head[4:]) != sslRequest {
			return append(head, rest...), nil
		}
		if _, err := client.Write([]byte("N")); err != nil {
			return nil, err
		}
	}
}

// without returns a StartupMessage without some of its parameters.
func without(start []byte, drops []string) []byte {
	if binary.BigEndian.Uint32(start[4:]) == cancelRequest {
		return start
	}
	fields := bytes.Split(bytes.TrimRight(start[8:], "\x00"), []byte{0})
	kept := slices.Clone(start[:8])
	for i := 0; i+1 < len(fields); i += 2 {
		if !slices.Contains(drops, string(fields[i])) {
			kept = append(kept, fields[i]...)
			kept = append(append(append(kept, 0), fields[i+1]...), 0)
		}
	}
	kept = append(kept, 0)
	binary.BigEndian.PutUint32(kept, uint32(len(kept)))
	return kept
}
