package vision

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"

	"github.com/propflow/propflow/ports"
)

// Config says on whose account photos are analysed, and how patiently.
type Config struct {
	// BaseURL is where the API is; https://vision.googleapis.com where empty.
	BaseURL string
	// Key is the API key.
	Key string

	// Transport carries the requests; nil stands for one of its own.
	Transport http.RoundTripper
	// Timeout ends one try, upload and reply included; 10 s where 0, and at most.
	Timeout time.Duration
	// Backoff is the mean pause before another try; 500 ms where 0.
	Backoff time.Duration
	// MaxWait is the longest Retry-After that is waited out; 5 s where 0. A longer one is
	// handed to the caller.
	MaxWait time.Duration
	// Cooldown is how long nothing is tried once most tries fail; 30 s where 0.
	Cooldown time.Duration
}

const (
	defaultURL     = "https://vision.googleapis.com"
	maxTimeout     = 10 * time.Second
	connectTimeout = 2 * time.Second
	maxTries       = 3
	// The breaker opens where at least breakerRate of breakerTries or more tries in
	// breakerPeriod failed.
	breakerRate   = 0.5
	breakerTries  = 10
	breakerPeriod = 30 * time.Second
)

// wanted are the fields that the reply is to hold.
const wanted = "responses(error(code),labelAnnotations(description,score),safeSearchAnnotation(adult,violence,racy),fullTextAnnotation(text))"

// New returns an Analyzer. Its error names a missing key and a malformed URL, and no value.
func New(config Config, clock ports.Clock) (*Analyzer, error) {
	if config.BaseURL == "" {
		config.BaseURL = defaultURL
	}
	var faults []error
	if config.Key == "" {
		faults = append(faults, errors.New("vision: Key must be set"))
	}
	if u, err := url.Parse(config.BaseURL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		faults = append(faults, errors.New("vision: BaseURL must be an absolute URL"))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if config.Timeout <= 0 || config.Timeout > maxTimeout {
		config.Timeout = maxTimeout
	}
	config.Backoff = orElse(config.Backoff, 500*time.Millisecond)
	config.MaxWait = orElse(config.MaxWait, 5*time.Second)
	config.Cooldown = orElse(config.Cooldown, 30*time.Second)
	if config.Transport == nil {
		config.Transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout: connectTimeout,
			MaxIdleConnsPerHost: 8,
			IdleConnTimeout:     90 * time.Second,
			ForceAttemptHTTP2:   true,
		}
	}
	return &Analyzer{
		config: config, clock: clock, retry: newRetry(config), breaker: newBreaker(config),
		target: strings.TrimRight(config.BaseURL, "/") + "/v1/images:annotate?" + url.Values{"fields": {wanted}}.Encode(),
		client: &http.Client{
			Transport: config.Transport,
			// A redirect would carry the key and the picture somewhere else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func orElse(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

func newRetry(config Config) failsafe.Policy[any] {
	return retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool {
			f := failureOf(err)
			return f.transient && f.retryAfter <= config.MaxWait
		}).
		WithMaxAttempts(maxTries).ReturnLastFailure().
		WithRandomDelay(config.Backoff/2, config.Backoff*3/2).
		WithDelayFunc(func(exec failsafe.ExecutionAttempt[any]) time.Duration {
			if after := failureOf(exec.LastError()).retryAfter; after > 0 {
				return after
			}
			return -1 // the random delay
		}).
		Build()
}

func newBreaker(config Config) circuitbreaker.CircuitBreaker[any] {
	return circuitbreaker.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return failureOf(err).outage }).
		WithFailureRateThreshold(breakerRate, breakerTries, breakerPeriod).
		WithDelay(config.Cooldown).WithSuccessThreshold(1).
		Build()
}

// Close drops idle connections. The Analyzer may still be used.
func (a *Analyzer) Close() { a.client.CloseIdleConnections() }
