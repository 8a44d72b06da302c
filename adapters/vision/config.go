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

// Config has the key of the account that analyses photos, and the limits of its requests.
type Config struct {
	// BaseURL is the URL of the API; https://vision.googleapis.com if empty.
	BaseURL string
	// Key is the API key.
	Key string

	// Transport carries the requests; if nil, the Analyzer makes its own.
	Transport http.RoundTripper
	// Timeout ends one try, upload and reply included; 10 s if 0 or longer.
	Timeout time.Duration
	// Backoff is the mean pause before another try; 500 ms if 0.
	Backoff time.Duration
	// MaxWait is the longest Retry-After that is waited out; 5 s if 0. A longer one is
	// returned to the caller.
	MaxWait time.Duration
	// Cooldown is how long nothing is tried once most tries fail; 30 s if 0.
	Cooldown time.Duration
}

const (
	defaultURL = "https://vision.googleapis.com"
	maxTimeout = 10 * time.Second
)

// wanted selects the fields of the reply that are used.
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

// Close closes idle connections. The Analyzer may still be used.
func (a *Analyzer) Close() { a.client.Close() }
