package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/propflow/propflow/api"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
)

const (
	// patience is how long anybody waits for an answer.
	patience    = 30 * time.Second
	eventStream = "text/event-stream"
	openStream  = "streamEvents"
)

// wire is what all clients share.
type wire struct {
	replicas   []string // host:port
	client     *http.Client
	operations []operation
	book       atomic.Pointer[book]
}

// operation is one of the document's.
type operation struct {
	method, id string
	path       []string // an element in braces matches anything
}

func newWire(replicas []string) (*wire, error) {
	w := &wire{replicas: replicas, client: &http.Client{Transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 1024, IdleConnTimeout: time.Minute, DisableCompression: true,
	}}}
	w.book.Store(newBook())
	document, err := api.Document(true)
	if err != nil {
		return nil, err
	}
	for path, item := range document.Paths.Map() {
		for method, o := range item.Operations() {
			w.operations = append(w.operations, operation{method, o.OperationID, strings.Split(path, "/")})
		}
	}
	return w, nil
}

// name returns the operationId of a request.
func (w *wire) name(r *http.Request) string {
	switch {
	case r.URL.Host == stack.APIHost:
		return w.named(r.Method, r.URL.Path)
	case r.Method == http.MethodPut:
		return putPhoto
	default:
		return getPhoto
	}
}

// named returns the operationId of a path; fixed paths go before those with parameters.
func (w *wire) named(method, path string) string {
	found, fewest := "unknown", len(path)
	parts := strings.Split(path, "/")
	for _, o := range w.operations {
		if free, fits := o.fits(method, parts); fits && free < fewest {
			found, fewest = o.id, free
		}
	}
	return found
}

// fits reports whether the path is the operation's, and how many of its parameters it matched.
func (o operation) fits(method string, path []string) (free int, fits bool) {
	if method != o.method || len(path) != len(o.path) {
		return 0, false
	}
	for i, part := range o.path {
		switch {
		case strings.HasPrefix(part, "{"):
			free++
		case part != path[i]:
			return 0, false
		}
	}
	return free, true
}

// client sends one person's requests and records their outcomes. It tries nothing again: what
// fails under load is an error.
type client struct {
	wire    *wire
	address string // what the proxy before the API says the person's is
	replica string

	mu              sync.Mutex
	access, refresh string
	uploaded        time.Time // when the last upload was answered
}

var _ propflow.HttpRequestDoer = (*client)(nil)

// newClient returns the client of the n-th person.
func (w *wire) newClient(n int) *client {
	return &client{
		wire: w, replica: w.replicas[n%len(w.replicas)],
		address: fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255),
	}
}

// Do implements propflow.HttpRequestDoer. But for streams, the answer has been read whole.
func (c *client) Do(r *http.Request) (*http.Response, error) {
	result := vegeta.Result{Attack: c.wire.name(r), Timestamp: time.Now()}
	stream := r.Header.Get("Accept") == eventStream
	if r.URL.Host == stack.APIHost {
		r.URL.Host, r.Host = c.replica, ""
		r.Header.Set("X-Forwarded-For", c.address)
		if token := c.token(); token != "" && r.Header.Get("Authorization") == "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
	}
	response, err := c.send(r, stream)
	result.Latency = time.Since(result.Timestamp)
	switch {
	case err != nil && r.Context().Err() != nil:
		return nil, err // who went away got no answer
	case err != nil:
		result.Error = err.Error()
	default:
		result.Code = uint16(response.StatusCode)
		result.Error = refusal(response)
	}
	c.wire.book.Load().answered(result)
	if result.Attack == putPhoto {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.uploaded = time.Now()
	}
	return response, err
}

func (c *client) send(r *http.Request, stream bool) (*http.Response, error) {
	if stream {
		return c.wire.client.Do(r)
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	response, err := c.wire.client.Do(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	return stack.Whole(response)
}

// refusal returns why an answer is a refusal. The body can still be read afterwards.
func refusal(response *http.Response) string {
	if response.StatusCode < http.StatusBadRequest {
		return ""
	}
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	var problem propflow.Problem
	if err == nil && json.Unmarshal(body, &problem) == nil && problem.Code != "" {
		return fmt.Sprintf("%d %s", response.StatusCode, problem.Code)
	}
	return response.Status
}

func (c *client) token() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.access
}

func (c *client) lastUpload() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.uploaded
}

func (c *client) keep(access, refresh string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.access, c.refresh = access, refresh
}

func (c *client) refreshToken() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.refresh
}
