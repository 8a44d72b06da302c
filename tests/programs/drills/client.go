package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
)

const (
	// retryTimeout bounds all tries of a request together.
	retryTimeout = 5 * time.Minute
	// pause is between two tries.
	pause = 200 * time.Millisecond
)

// person is a user who is logged in.
type person struct {
	*journey.Person
	phone  string
	client *client
}

// enter logs a phone in; secret is that of its authenticator, if any. number decides the
// person's address: each needs one of their own, because requests are limited by address.
func (w *world) enter(ctx context.Context, phone, secret string, number int) (*person, error) {
	c := &client{world: w, address: fmt.Sprintf("10.%d.%d.%d", number>>16&255, number>>8&255, number&255)}
	got, err := w.stack.Login(ctx, stack.APIURL, c, phone, secret)
	if err != nil {
		return nil, err
	}
	c.keep(got.AccessToken, *got.RefreshToken)
	sdk, err := propflow.New(stack.APIURL, "", c)
	if err != nil {
		return nil, err
	}
	return &person{&journey.Person{Client: sdk, User: got.User}, phone, c}, nil
}

// client sends one person's requests as a good client does. If no answer came, or the server
// answered that it cannot answer now, it tries again under the same Idempotency-Key, by turns
// at each replica.
type client struct {
	world   *world
	address string // the person's, as the proxy in front of the API forwards it
	tries   atomic.Int64

	mu              sync.Mutex
	access, refresh string
}

var _ propflow.HttpRequestDoer = (*client)(nil)

func (c *client) keep(access, refresh string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.access, c.refresh = access, refresh
}

func (c *client) tokens() (access, refresh string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.access, c.refresh
}

// Do implements propflow.HttpRequestDoer.
func (c *client) Do(r *http.Request) (*http.Response, error) {
	began := time.Now()
	for {
		response, err := c.once(r)
		if !again(r, response, err) || r.Context().Err() != nil || time.Since(began) > retryTimeout {
			return response, err
		}
		select {
		case <-time.After(pause):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// once tries a request at the next replica.
func (c *client) once(r *http.Request) (*http.Response, error) {
	replicas := c.world.stack.APIs
	next := replicas[int(c.tries.Add(1))%len(replicas)]
	token, _ := c.tokens()
	began := time.Now()
	response, err := stack.Try{HTTP: c.world.http, Replica: next.Addr(), Address: c.address, Token: token}.Do(r)
	if r.URL.Host == stack.APIHost && r.Header.Get("Accept") != "text/event-stream" {
		c.world.meter.note(r, response, time.Since(began))
	}
	if err == nil && response.StatusCode == http.StatusInternalServerError {
		c.world.blame("no request is answered 500", r.Method+" "+r.URL.Path+" "+stack.ProblemCode(response))
	}
	return response, err
}

// again reports whether a request must be tried again. Steps of a login count against limits,
// so they are repeated only if the request was not sent.
func again(r *http.Request, response *http.Response, err error) bool {
	var dial *net.OpError
	auth := strings.HasPrefix(r.URL.Path, "/api/v1/auth/")
	switch {
	case err != nil:
		return !auth || errors.As(err, &dial) && dial.Op == "dial"
	case auth:
		return false
	case response.StatusCode == http.StatusConflict:
		return stack.ProblemCode(response) == "request_in_progress"
	}
	return response.StatusCode > http.StatusInternalServerError || response.StatusCode == http.StatusTooManyRequests
}
