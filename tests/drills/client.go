package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

const (
	// apiHost stands for whichever replica of the API is asked.
	apiHost = "api.invalid"
	apiURL  = "http://" + apiHost
	// oneTry bounds one try of a request, patience all tries of it.
	oneTry   = 15 * time.Second
	patience = 5 * time.Minute
	// pause is between two tries.
	pause = 200 * time.Millisecond
)

// person is somebody who is logged in.
type person struct {
	*journey.Person
	phone  string
	client *client
}

// enter logs a phone in; secret is that of its authenticator, if any. number tells people's
// addresses apart.
func (w *world) enter(ctx context.Context, phone, secret string, number int) (*person, error) {
	c := &client{world: w, address: fmt.Sprintf("10.%d.%d.%d", number>>16&255, number>>8&255, number&255)}
	got, err := w.stack.Login(ctx, apiURL, c, phone, secret)
	if err != nil {
		return nil, err
	}
	c.keep(got.AccessToken, got.RefreshToken)
	sdk, err := propflow.New(apiURL, "", c)
	if err != nil {
		return nil, err
	}
	return &person{&journey.Person{Client: sdk, User: got.User}, phone, c}, nil
}

// client sends one person's requests as a good client does: it tries again, under the same
// Idempotency-Key, where no answer came or the answer was that the server cannot answer now,
// by turns at each replica.
type client struct {
	world   *world
	address string // what the proxy before the API says the person's is
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
		if !again(r, response, err) || r.Context().Err() != nil || time.Since(began) > patience {
			return response, err
		}
		select {
		case <-time.After(pause):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// once tries a request. But for streams, the answer has been read whole.
func (c *client) once(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	timer := time.AfterFunc(oneTry, cancel)
	try := r.Clone(ctx)
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			cancel()
			return nil, err
		}
		try.Body = body
	}
	if try.URL.Host == apiHost {
		replicas := c.world.stack.APIs
		try.URL.Host, try.Host = replicas[int(c.tries.Add(1))%len(replicas)].Addr(), ""
		try.Header.Set("X-Forwarded-For", c.address)
		if access, _ := c.tokens(); access != "" && try.Header.Get("Authorization") == "" {
			try.Header.Set("Authorization", "Bearer "+access)
		}
	}
	response, err := c.world.http.Do(try)
	if err != nil {
		cancel()
		return nil, err
	}
	if response.StatusCode == http.StatusOK && r.Header.Get("Accept") == "text/event-stream" {
		timer.Stop()
		response.Body = &stream{response.Body, cancel}
		return response, nil
	}
	defer cancel()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if response.StatusCode == http.StatusInternalServerError {
		c.world.blame("no request is answered 500", r.Method+" "+r.URL.Path+" "+string(body))
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// stream ends its request when it is closed.
type stream struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (s *stream) Close() error {
	s.cancel()
	return s.ReadCloser.Close()
}

// again reports whether a request is to be tried again. Steps of a login count against
// limits: they are repeated only where nothing was asked yet.
func again(r *http.Request, response *http.Response, err error) bool {
	var dial *net.OpError
	auth := strings.HasPrefix(r.URL.Path, "/api/v1/auth/")
	switch {
	case err != nil:
		return !auth || errors.As(err, &dial) && dial.Op == "dial"
	case auth:
		return false
	case response.StatusCode == http.StatusConflict:
		return code(response) == "request_in_progress"
	}
	return response.StatusCode > http.StatusInternalServerError || response.StatusCode == http.StatusTooManyRequests
}

// code reads the problem's code and leaves the answer as it was.
func code(response *http.Response) string {
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	var problem propflow.Problem
	if err != nil || json.Unmarshal(body, &problem) != nil {
		return ""
	}
	return problem.Code
}
