package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
)

// retryTimeout bounds all tries of a request together.
const retryTimeout = 3 * time.Minute

// wire is what all clients share: the replicas' addresses, connections, and counts.
type wire struct {
	replicas []string // host:port
	client   *http.Client

	requests, retries, renewals atomic.Int64
	mu                          sync.Mutex
	reasons                     map[string]int // of retries
}

func newWire(replicas []string) *wire {
	return &wire{replicas: replicas, reasons: make(map[string]int), client: &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 512, IdleConnTimeout: time.Minute,
	}}}
}

// retryingClient sends one person's requests as a good client does. If no answer came, or the
// server answered that it cannot answer now, it tries again under the same Idempotency-Key, at
// the other replica, after the pause that Retry-After asks for (at most 10 s). If its session
// has ended it renews it or logs in again.
type retryingClient struct {
	wire    *wire
	address string // the person's, as the proxy in front of the API forwards it

	mu      sync.Mutex
	replica int
	session session
	// login logs the person in again.
	login func(ctx context.Context) (session, error)
}

// session is the tokens that a login returned.
type session struct{ access, refresh string }

var _ propflow.HttpRequestDoer = (*retryingClient)(nil)

// Do implements propflow.HttpRequestDoer.
func (p *retryingClient) Do(r *http.Request) (*http.Response, error) {
	began := time.Now()
	for try := 0; ; try++ {
		p.wire.requests.Add(1)
		used := p.current().access
		response, err := p.once(r, used)
		reason, pause := obstacle(r, response, err, try)
		switch {
		case reason == "" || r.Context().Err() != nil || time.Since(began) > retryTimeout:
			return response, err
		case reason == "unauthenticated":
			if try > 3 || p.renew(r.Context(), used) != nil {
				return response, err
			}
		}
		p.wire.retry(reason)
		p.turn()
		select {
		case <-time.After(pause):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

func (w *wire) retry(reason string) {
	w.retries.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reasons[reason]++
}

// turn makes the next request go to the other replica.
func (p *retryingClient) turn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.replica++
}

func (p *retryingClient) current() session {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.session
}

// once tries a request.
func (p *retryingClient) once(r *http.Request, token string) (*http.Response, error) {
	p.mu.Lock()
	replica := p.wire.replicas[p.replica%len(p.wire.replicas)]
	p.mu.Unlock()
	return stack.Try{HTTP: p.wire.client, Replica: replica, Address: p.address, Token: token}.Do(r)
}

// obstacle returns why a request must be tried again and the pause before that, or an empty
// reason if it must not be. Steps of a login are repeated once, and only if no connection came
// about, because they count against limits: the caller decides whether to log in again.
func obstacle(r *http.Request, response *http.Response, err error, try int) (reason string, pause time.Duration) {
	pause = rand.N(min(200*time.Millisecond<<min(try, 5), 5*time.Second)) + 50*time.Millisecond
	auth := strings.HasPrefix(r.URL.Path, "/api/v1/auth/")
	switch {
	case auth && try > 0:
		return "", 0
	case err != nil && auth:
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" { // the request was not sent
			return "refused", pause
		}
		return "", 0
	case err != nil:
		return "broken", pause
	case auth:
		return "", 0
	case response.StatusCode >= http.StatusInternalServerError, response.StatusCode == http.StatusTooManyRequests:
		if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
			pause += min(time.Duration(seconds)*time.Second, 10*time.Second)
		}
		return strconv.Itoa(response.StatusCode), pause
	case response.StatusCode == http.StatusConflict && stack.ProblemCode(response) == "request_in_progress":
		return "twin in progress", pause
	case response.StatusCode == http.StatusUnauthorized && r.URL.Host == stack.APIHost:
		return "unauthenticated", pause
	}
	return "", 0
}

// renew replaces the session whose access token was refused, unless another request of the same
// person has replaced it meanwhile.
func (p *retryingClient) renew(ctx context.Context, used string) error {
	if p.login == nil || p.current().access != used {
		return nil
	}
	return p.refresh(ctx)
}

// refresh replaces the session, by its refresh token or, if that is refused, by a new login.
func (p *retryingClient) refresh(ctx context.Context) error {
	p.wire.renewals.Add(1)
	guest, err := propflow.New(stack.APIURL, "", &retryingClient{wire: p.wire, address: p.address})
	if err != nil {
		return err
	}
	var next session
	answer, err := guest.RefreshTokensWithResponse(ctx, nil, propflow.RefreshTokensJSONRequestBody{RefreshToken: p.current().refresh})
	if err == nil {
		next = session{answer.JSON200.AccessToken, *answer.JSON200.RefreshToken}
	} else if next, err = p.login(ctx); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.session = next
	return nil
}
