package servers

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

// Proxy forwards connections between clients and a server, and can interrupt them.
type Proxy struct {
	target   string
	listener net.Listener

	mu      sync.Mutex
	way     way
	changed chan struct{} // closed when way changes
	passing map[net.Conn]struct{}
}

type way int

const (
	open way = iota
	stalled
	cut
)

// NewProxy returns an open proxy to target (host:port), which is closed when the test ends.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	p := &Proxy{target: target, listener: listener, changed: make(chan struct{}), passing: make(map[net.Conn]struct{})}
	go p.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		p.Cut()
	})
	return p
}

// Addr returns the address to which clients connect instead of the target.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Heal opens the way again. Bytes that were held up are forwarded.
func (p *Proxy) Heal() { p.set(open) }

// Stall holds up all bytes but keeps connections open and accepts new ones, as if the target's
// machine had stalled.
func (p *Proxy) Stall() { p.set(stalled) }

// Cut closes all connections and refuses new ones, as if the server had died.
func (p *Proxy) Cut() { p.set(cut) }

func (p *Proxy) set(w way) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.way = w
	close(p.changed)
	p.changed = make(chan struct{})
	if w != cut {
		return
	}
	for connection := range p.passing {
		_ = connection.Close()
	}
	clear(p.passing)
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.join(client)
	}
}

// join forwards bytes between a client and the target until either closes its connection.
func (p *Proxy) join(client net.Conn) {
	defer client.Close()
	if !p.admit(client) {
		return
	}
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	if !p.admit(server) {
		return
	}
	ended := make(chan struct{}, 2)
	for _, pair := range [][2]net.Conn{{client, server}, {server, client}} {
		go func() {
			p.copy(pair[0], pair[1])
			ended <- struct{}{}
		}()
	}
	<-ended
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.passing, client)
	delete(p.passing, server)
}

// admit registers the connection, so that Cut closes it, and returns true. It returns false if
// the way is cut already.
func (p *Proxy) admit(connection net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.way == cut {
		return false
	}
	p.passing[connection] = struct{}{}
	return true
}

func (p *Proxy) copy(to io.Writer, from io.Reader) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !p.await() {
			return
		}
		if _, writeErr := to.Write(buffer[:n]); err != nil || writeErr != nil {
			return
		}
	}
}

// await blocks while the way is stalled. It reports whether the way is then open, not cut.
func (p *Proxy) await() bool {
	for {
		p.mu.Lock()
		way, changed := p.way, p.changed
		p.mu.Unlock()
		if way != stalled {
			return way == open
		}
		<-changed
	}
}
