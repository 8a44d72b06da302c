package api

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// pipes is a listener whose connections hold nothing: what is written waits to be read.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// dial connects and asks for the live events.
func (p *pipes) dial(t *testing.T, token string) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	p.accept <- server
	_, err := fmt.Fprintf(client, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token)
	require.NoError(t, err)
	synctest.Wait() // until the stream is open
	return client
}

// onPipes serves the face, and sends to served for each request that is over.
func onPipes(f *face) (listener *pipes, server *http.Server, served chan struct{}) {
	served = make(chan struct{}, 2)
	server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.ServeHTTP(w, r)
		served <- struct{}{}
	}), ReadHeaderTimeout: time.Minute, WriteTimeout: time.Minute}
	listener = &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
	go func() { _ = server.Serve(listener) }()
	return listener, server, served
}

func TestAStreamThatEndsAfterALongSilenceEndsCleanly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		listener, server, _ := onPipes(f)
		valuer := domain.Actor{ID: people[domain.RoleValuer], Role: domain.RoleValuer}
		ends := f.Clock.Now().Add(eventPatience + time.Second) // and before the first pulse
		reader := listener.dial(t, f.sign(t, domain.Identity{Actor: valuer, ExpiresAt: ends}))
		response, err := http.ReadResponse(bufio.NewReader(reader), nil)
		require.NoError(t, err)
		said, err := io.ReadAll(response.Body)
		require.NoError(t, err, "the body ends as HTTP says")
		assert.Contains(t, string(said), "pulse")
		require.NoError(t, reader.Close())
		require.NoError(t, server.Close())
	})
}

func TestSlowReaderIsDroppedAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		listener, server, served := onPipes(f)
		stuck := listener.dial(t, f.token(t, domain.RoleValuer)) // never reads
		reader := listener.dial(t, f.token(t, domain.RoleValuer))
		lines := bufio.NewScanner(reader)
		heard := 0
		for i := range 2 * eventBatch {
			f.happen(t, domain.Action(fmt.Sprintf("n.%d", i)), "", domain.RoleValuer)
			for lines.Scan() && !strings.HasPrefix(lines.Text(), "event: ") { //nolint:revive // skips to the next event
			}
			require.Equal(t, fmt.Sprintf("event: n.%d", i), lines.Text())
			heard++
		}
		assert.Equal(t, 2*eventBatch, heard)
		synctest.Wait()
		assert.Empty(t, served)
		time.Sleep(eventPatience + time.Second)
		synctest.Wait()
		assert.Len(t, served, 1, "the one that does not read is dropped")

		go func() { // past the server's own write timeout the other one still gets events
			time.Sleep(5 * time.Minute)
			f.happen(t, "late", "", domain.RoleValuer) //nolint:testifylint // a failure shows below too
		}()
		for lines.Scan() && lines.Text() != "event: late" { //nolint:revive // skips to the event
		}
		assert.Equal(t, "event: late", lines.Text())
		require.NoError(t, reader.Close())
		require.NoError(t, stuck.Close())
		require.NoError(t, server.Close())
		synctest.Wait()
		assert.Len(t, served, 2)
	})
}
