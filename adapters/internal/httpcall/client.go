package httpcall

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/propflow/propflow/ports"
)

// API describes a vendor's API.
type API struct {
	// Name begins the text of every failure.
	Name string
	// MaxReply bounds a reply in bytes; a longer one counts as unreadable.
	MaxReply int64
	// Sign adds the credentials to a request, and the headers that every request needs.
	Sign func(r *http.Request)
	// Code returns the vendor's own code for a refusal, 0 if the reply has none. The reply
	// may be anything, such as a proxy's page.
	Code func(status int, reply []byte) int
}

// Limits bound the calls. Zero values mean the defaults.
type Limits struct {
	// Timeout ends one try, connection and reply included. It has no default.
	Timeout time.Duration
	// Backoff is the mean pause before another try; 500 ms by default.
	Backoff time.Duration
	// MaxWait is the longest Retry-After that is waited out; 5 s by default. A longer one
	// goes to the caller.
	MaxWait time.Duration
	// Cooldown is how long nothing is tried once most tries fail; 30 s by default.
	Cooldown time.Duration
}

const (
	connectTimeout = 2 * time.Second
	maxTries       = 3
	// The breaker opens if at least breakerRate of breakerTries or more tries in
	// breakerPeriod failed.
	breakerRate   = 0.5
	breakerTries  = 10
	breakerPeriod = 30 * time.Second
)

// Client calls one API. It may be used concurrently.
type Client struct {
	api     API
	limits  Limits
	clock   ports.Clock
	http    *http.Client
	retry   failsafe.Policy[any]
	breaker circuitbreaker.CircuitBreaker[any]
}

// New returns a client of the API. The clock is compared with the dates in Retry-After. If
// transport is nil, the client makes its own.
func New(api API, limits Limits, clock ports.Clock, transport http.RoundTripper) *Client {
	limits.Backoff = orDefault(limits.Backoff, 500*time.Millisecond)
	limits.MaxWait = orDefault(limits.MaxWait, 5*time.Second)
	limits.Cooldown = orDefault(limits.Cooldown, 30*time.Second)
	if transport == nil {
		transport = newTransport()
	}
	return &Client{
		api: api, limits: limits, clock: clock, retry: newRetry(limits), breaker: newBreaker(limits.Cooldown),
		http: &http.Client{
			Transport: transport,
			// A redirect would carry credentials and people's data to another server.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout: connectTimeout,
		MaxIdleConnsPerHost: 8,
		IdleConnTimeout:     90 * time.Second,
		ForceAttemptHTTP2:   true,
	}
}

func newRetry(limits Limits) failsafe.Policy[any] {
	return retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool {
			f := FailureOf(err)
			return f.Transient && f.RetryAfter <= limits.MaxWait
		}).
		WithMaxAttempts(maxTries).ReturnLastFailure().
		WithRandomDelay(limits.Backoff/2, limits.Backoff*3/2).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[any]) time.Duration {
			if after := FailureOf(exec.LastError()).RetryAfter; after > 0 {
				return after
			}
			return -1 // the random delay
		}).
		Build()
}

func newBreaker(cooldown time.Duration) circuitbreaker.CircuitBreaker[any] {
	return circuitbreaker.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return FailureOf(err).Outage }).
		WithFailureRateThreshold(breakerRate, breakerTries, breakerPeriod).
		WithDelay(cooldown).WithSuccessThreshold(1).
		Build()
}

// Retry runs try up to three times, as long as its failures are transient. It returns the
// last error, or that of ctx if ctx ended between or during tries.
func (c *Client) Retry(ctx context.Context, try func() error) error {
	return failsafe.With(c.retry).WithContext(ctx).Run(try)
}

// Do makes one request, once, unless the circuit is open, and passes the reply to read if the
// status is below 300. A failure that read returns counts for the circuit too. Every error is
// a *Failure.
func (c *Client) Do(ctx context.Context, method, target string, body []byte, read func(reply []byte) error) error {
	err := failsafe.With(c.breaker).Run(func() error { return c.exchange(ctx, method, target, body, read) })
	if errors.Is(err, circuitbreaker.ErrOpen) {
		err = &Failure{RetryAfter: max(c.breaker.RemainingDelay(), time.Second), Cause: err}
	}
	var f *Failure
	if errors.As(err, &f) {
		f.api = c.api.Name
	}
	return err
}

func (c *Client) exchange(ctx context.Context, method, target string, body []byte, read func(reply []byte) error) error {
	try, cancel := context.WithTimeout(ctx, c.limits.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(try, method, target, bytes.NewReader(body))
	if err != nil {
		return &Failure{Cause: withoutURL(err)}
	}
	c.api.Sign(request)
	response, err := c.http.Do(request)
	if err != nil {
		return broken(ctx, err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	reply, err := io.ReadAll(io.LimitReader(response.Body, c.api.MaxReply+1))
	switch {
	case response.StatusCode >= 300:
		return c.refusal(response, reply)
	case err != nil:
		return broken(ctx, err)
	case int64(len(reply)) > c.api.MaxReply:
		return Unreadable("the reply is too large")
	}
	return read(reply)
}

// Close closes idle connections. The client may still be used.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// CheckURL returns an error that names the field, and not the value, unless the value is an
// absolute URL of HTTP or HTTPS.
func CheckURL(field, value string) error {
	if u, err := url.Parse(value); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New(field + " must be an absolute URL")
	}
	return nil
}
