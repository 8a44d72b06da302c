package vision

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/propflow/propflow/adapters/internal/httpcall"
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
	defaultURL = "https://vision.googleapis.com"
	maxTimeout = 10 * time.Second
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
	faults = append(faults, httpcall.CheckURL("vision: BaseURL", config.BaseURL))
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if config.Timeout <= 0 || config.Timeout > maxTimeout {
		config.Timeout = maxTimeout
	}
	limits := httpcall.Limits{Timeout: config.Timeout, Backoff: config.Backoff, MaxWait: config.MaxWait, Cooldown: config.Cooldown}
	return &Analyzer{
		client: httpcall.New(config.api(), limits, clock, config.Transport),
		target: strings.TrimRight(config.BaseURL, "/") + "/v1/images:annotate?" + url.Values{"fields": {wanted}}.Encode(),
	}, nil
}

// Close drops idle connections. The Analyzer may still be used.
func (a *Analyzer) Close() { a.client.Close() }
