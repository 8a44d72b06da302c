package twilio

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/propflow/propflow/adapters/internal/httpcall"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Config has the account that sends messages, and the limits of its requests.
type Config struct {
	// BaseURL is the URL of the API; https://api.twilio.com if empty.
	BaseURL string
	// AccountSID and AuthToken are the credentials.
	AccountSID, AuthToken string
	// SMSFrom is a number in E.164 form or a registered sender id, WhatsAppFrom a number in
	// E.164 form. A channel without a sender is unavailable.
	SMSFrom, WhatsAppFrom string
	// SMSContents and WhatsAppContents map a template such as "valued.hi" to its Content SID
	// (HX…), whose variables 1, 2, … are filled with domain.Message.Params. An SMS without
	// one is sent as text. A WhatsApp message without one is unavailable, because WhatsApp
	// refuses text outside of a conversation.
	SMSContents, WhatsAppContents map[string]string
	// StatusCallback is the public URL of StatusHandler; without it nothing is reported.
	StatusCallback string

	// Transport carries the requests; if nil, the Messenger makes its own.
	Transport http.RoundTripper
	// Timeout ends one try, connection and reply included; 5 s if 0 or longer.
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
	defaultURL = "https://api.twilio.com"
	maxTimeout = 5 * time.Second
)

// New returns a Messenger. Its error names every missing credential and every malformed URL,
// and no value.
func New(config Config, clock ports.Clock) (*Messenger, error) {
	if config.BaseURL == "" {
		config.BaseURL = defaultURL
	}
	faults := []error{httpcall.CheckURL("twilio: BaseURL", config.BaseURL)}
	if config.AccountSID == "" || config.AuthToken == "" {
		faults = append(faults, errors.New("twilio: AccountSID and AuthToken must be set"))
	}
	if config.StatusCallback != "" {
		faults = append(faults, httpcall.CheckURL("twilio: StatusCallback", config.StatusCallback))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	if config.Timeout <= 0 || config.Timeout > maxTimeout {
		config.Timeout = maxTimeout
	}
	config.WhatsAppFrom = strings.TrimPrefix(config.WhatsAppFrom, whatsApp)
	limits := httpcall.Limits{Timeout: config.Timeout, Backoff: config.Backoff, MaxWait: config.MaxWait, Cooldown: config.Cooldown}
	return &Messenger{
		config: config, clock: clock, client: httpcall.New(config.api(), limits, clock, config.Transport),
		messages: strings.TrimRight(config.BaseURL, "/") + "/2010-04-01/Accounts/" + url.PathEscape(config.AccountSID) + "/Messages.json",
	}, nil
}

// Close closes idle connections. The Messenger may still be used.
func (m *Messenger) Close() { m.client.Close() }

// sender returns the address that messages of the channel come from, or "" if there is none.
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
