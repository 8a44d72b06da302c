package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// balancer is a tiny load balancer: it sends each request to the next replica that says it is
// ready, and to another one only where the connection was refused.
type balancer struct {
	mu    sync.Mutex
	ready map[string]bool // by host:port
	turn  int
}

// watch asks a replica over and over whether it is ready, until ctx ends. What is not answered
// in time says nothing.
func (b *balancer) watch(ctx context.Context, host string) {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for ctx.Err() == nil {
		if ready, err := answers(ctx, "http://"+host+"/readyz"); !errors.Is(err, context.DeadlineExceeded) {
			b.mu.Lock()
			b.ready[host] = ready
			b.mu.Unlock()
		}
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
}

// next returns a ready replica that was not tried.
func (b *balancer) next(tried map[string]bool) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var hosts []string
	for host, ready := range b.ready {
		if ready && !tried[host] {
			hosts = append(hosts, host)
		}
	}
	if len(hosts) == 0 {
		return ""
	}
	b.turn++
	return hosts[b.turn%len(hosts)]
}

// RoundTrip implements http.RoundTripper.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	tried := make(map[string]bool)
	for {
		host := b.next(tried)
		if host == "" {
			return nil, errors.New("no replica is ready")
		}
		try := r.Clone(r.Context())
		try.URL.Host, try.Body = host, io.NopCloser(bytes.NewReader(body))
		response, err := http.DefaultTransport.RoundTrip(try)
		var dial *net.OpError
		if err == nil || !errors.As(err, &dial) || dial.Op != "dial" {
			return response, err
		}
		tried[host] = true
	}
}

// serve returns the balancer's URL.
func (b *balancer) serve(t *testing.T) string {
	t.Helper()
	b.ready = make(map[string]bool)
	server := httptest.NewServer(&httputil.ReverseProxy{
		Transport: b, FlushInterval: -1, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // streams are cut at the end
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: "replicas"}) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	})
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// TestRollingRestartFailsNoRequest replaces both replicas of the API under load, one after the
// other.
func TestRollingRestartFailsNoRequest(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	g := newGround(ctx, t, func(vars map[string]string) { vars["SHUTDOWN_DELAY"] = "3s" })
	var b balancer
	door := b.serve(t)
	replace := func(old *process) *process {
		fresh := g.spawn(ctx, t, "serve")
		go b.watch(ctx, fresh.url[len("http://"):])
		require.Eventually(t, func() bool {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.ready[fresh.url[len("http://"):]]
		}, time.Minute, 10*time.Millisecond)
		if old != nil {
			old.terminate(ctx, t)
		}
		return fresh
	}
	first, second := replace(nil), replace(nil)

	load := newLoad(ctx, t, g, door)
	load.await(t, 100)
	replace(first)
	load.await(t, 100)
	replace(second)
	load.await(t, 100)
	withdrawn := load.end()
	t.Logf("%d requests while two replicas of two were replaced: %d failed", load.sent.Load(), len(load.failures))
	for _, failure := range load.failures {
		t.Error(failure)
	}
	assert.GreaterOrEqual(t, load.sent.Load(), int64(300))
	load.hear(ctx, t, withdrawn)
}

// load is a set of clients at work: each makes and withdraws properties and reads lists, and
// fails if any answer is not a success. Meanwhile an owner's stream is open.
type load struct {
	stop  context.CancelFunc
	busy  sync.WaitGroup
	sent  atomic.Int64
	heard chan string // events of withdrawals that the stream received

	mu        sync.Mutex
	failures  []string
	withdrawn []string
}

const clients = 4

func newLoad(ctx context.Context, t *testing.T, g *ground, url string) *load {
	t.Helper()
	working, stop := context.WithCancel(ctx)
	l := &load{stop: stop, heard: make(chan string, 100_000)}
	t.Cleanup(func() { l.end() })
	owner := g.customer(ctx, t, "+919811100099")
	open := make(chan struct{})
	go l.listen(ctx, owner, url, sync.OnceFunc(func() { close(open) }))
	<-open
	for range clients {
		client, err := propflow.New(url, owner, nil)
		require.NoError(t, err)
		l.busy.Go(func() {
			for working.Err() == nil {
				l.work(ctx, client)
			}
		})
	}
	return l
}

// work is four requests.
func (l *load) work(ctx context.Context, c *propflow.ClientWithResponses) {
	draft, err := c.CreatePropertyWithResponse(ctx, &propflow.CreatePropertyParams{IdempotencyKey: propflow.NewKey()}, propflow.CreatePropertyRequest{Type: propflow.PropertyTypeLAND})
	if l.failed("create", err) {
		return
	}
	_, err = c.ListPropertiesWithResponse(ctx, nil)
	l.failed("list", err)
	_, err = c.GetMeWithResponse(ctx)
	l.failed("me", err)
	id := draft.JSON201.ID
	_, err = c.WithdrawPropertyWithResponse(ctx, id, &propflow.WithdrawPropertyParams{IdempotencyKey: propflow.NewKey()})
	if !l.failed("withdraw", err) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.withdrawn = append(l.withdrawn, id)
	}
}

func (l *load) failed(what string, err error) bool {
	l.sent.Add(1)
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.failures = append(l.failures, fmt.Sprintf("%s: %v", what, err))
	}
	return err != nil
}

// await waits until n more requests were sent.
func (l *load) await(t *testing.T, n int64) {
	t.Helper()
	goal := l.sent.Load() + n
	require.Eventually(t, func() bool { return l.sent.Load() >= goal }, time.Minute, 5*time.Millisecond)
}

// end stops the clients after what they are at, and returns the withdrawn properties.
func (l *load) end() []string {
	l.stop()
	l.busy.Wait()
	return l.withdrawn
}

// listen follows the owner's events, behind the last one wherever the stream ends.
func (l *load) listen(ctx context.Context, token, url string, ready func()) {
	client, err := propflow.New(url, token, nil)
	if err != nil {
		panic(err)
	}
	for last := ""; ctx.Err() == nil; {
		_ = propflow.Live(ctx, client, last, ready, func(e propflow.Event) error {
			last = e.ID
			if e.Name == "property.withdrawn" || e.Name == "reset" {
				l.heard <- e.Name + " " + e.PropertyID
			}
			return nil
		})
	}
}

// hear expects to have heard of each withdrawal exactly once.
func (l *load) hear(ctx context.Context, t *testing.T, withdrawn []string) {
	t.Helper()
	missing := make(map[string]bool)
	for _, id := range withdrawn {
		missing["property.withdrawn "+id] = true
	}
	for len(missing) > 0 {
		select {
		case told := <-l.heard:
			require.True(t, missing[told], "%q was told twice, or is none of ours", told)
			delete(missing, told)
		case <-ctx.Done():
			require.Fail(t, "events are missing", "%d of %d", len(missing), len(withdrawn))
		}
	}
}

// customer adds a customer and returns a token of theirs.
func (g *ground) customer(ctx context.Context, t *testing.T, phone domain.Phone) string {
	t.Helper()
	user := domain.NewCustomer(domain.UserID(g.IDs.New()), phone, g.Clock.Now())
	require.NoError(t, g.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) }))
	return g.token(t, user)
}

// token returns an access token of the user's that outlives the test.
func (g *ground) token(t *testing.T, user domain.User) string {
	t.Helper()
	token, err := fixture.Login(t.Context(), g.UnitOfWork, g.AccessTokens, g.IDs.New(), user, g.Clock.Now(), g.Clock.Now().Add(time.Hour))
	require.NoError(t, err)
	return token
}
