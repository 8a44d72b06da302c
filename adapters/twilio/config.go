package twilio

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

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Config says on whose account messages go out, and how patiently.
type Config struct {
	// BaseURL is where the API is; https://api.twilio.com where empty.
	BaseURL string
	// AccountSID and AuthToken are the credentials.
	AccountSID, AuthToken string
	// SMSFrom is a number in E.164 form or a registered sender id, WhatsAppFrom a number in
	// E.164 form. A channel without a sender is unavailable.
	SMSFrom, WhatsAppFrom string
	// SMSContents and WhatsAppContents give the Content SID (HX…) of a template such as
	// "valued.hi"; domain.Message.Params fill its variables 1, 2, …. An SMS without one is
	// sent as text. WhatsApp has none without: outside of a conversation it refuses text.
	SMSContents, WhatsAppContents map[string]string
	// StatusCallback is the public URL of StatusHandler; without it nothing is reported.
	StatusCallback string

	// Transport carries the requests; nil stands for one of its own.
	Transport http.RoundTripper
	// Timeout ends one try, connection and reply included; 5 s where 0, and at most.
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
	defaultURL     = "https://api.twilio.com"
	maxTimeout     = 5 * time.Second
	connectTimeout = 2 * time.Second
	maxTries       = 3
	// The breaker opens where at least breakerRate of breakerTries or more tries in
	// breakerPeriod failed.
	breakerRate   = 0.5
	breakerTries  = 10
	breakerPeriod = 30 * time.Second
)

// New returns a Messenger. Its error names every missing credential and every malformed URL,
// and no value.
func New(config Config, clock ports.Clock) (*Messenger, error) {
	if config.BaseURL == "" {
		config.BaseURL = defaultURL
	}
	faults := []error{checkURL("BaseURL", config.BaseURL)}
	if config.AccountSID == "" || config.AuthToken == "" {
		faults = append(faults, errors.New("twilio: AccountSID and AuthToken must be set"))
	}
	if config.StatusCallback != "" {
		faults = append(faults, checkURL("StatusCallback", config.StatusCallback))
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
	config.WhatsAppFrom = strings.TrimPrefix(config.WhatsAppFrom, whatsApp)
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
	return &Messenger{
		config: config, clock: clock, retry: newRetry(config), breaker: newBreaker(config),
		messages: strings.TrimRight(config.BaseURL, "/") + "/2010-04-01/Accounts/" + url.PathEscape(config.AccountSID) + "/Messages.json",
		client: &http.Client{
			Transport: config.Transport,
			// A redirect would carry the credentials somewhere else.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func checkURL(name, value string) error {
	if u, err := url.Parse(value); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("twilio: " + name + " must be an absolute URL")
	}
	return nil
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

// Close drops idle connections. The Messenger may still be used.
func (m *Messenger) Close() { m.client.CloseIdleConnections() }

// sender returns the address that messages of the channel come from, and "" where there is
// none.
func (c Config) sender(channel domain.Channel) string {
	switch {
	case channel == domain.ChannelSMS:
		return c.SMSFrom
	case channel == domain.ChannelWhatsApp && c.WhatsAppFrom != "":
		return whatsApp + c.WhatsAppFrom
	default:
		return ""
	}
}
