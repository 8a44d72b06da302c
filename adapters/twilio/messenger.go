package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/propflow/propflow/adapters/internal/httpcall"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var _ ports.Messenger = (*Messenger)(nil)

// whatsApp is the prefix of the addresses of that channel.
const whatsApp = "whatsapp:"

// Messenger sends messages through one Twilio account. It may be used concurrently.
type Messenger struct {
	config   Config
	clock    ports.Clock
	messages string // the URL of the account's messages
	client   *httpcall.Client
}

var (
	errNoSender  = errors.New("no sender is configured for the channel")
	errNoContent = errors.New("no content is configured for the template")
)

// serves reports whether messages of the channel go through Twilio.
func serves(channel domain.Channel) bool {
	return channel == domain.ChannelSMS || channel == domain.ChannelWhatsApp
}

// Send hands the message to Twilio and returns its SID. A message that is found to have been
// sent before is not sent again; see the package comment. Errors: KindInvalid
// "number_refused" if Twilio will never deliver to the number, or there is none;
// KindUnavailable "messenger_unavailable" for everything else, including another channel, ctx
// and a faulty configuration. It has a RetryAfter if Twilio names one, the circuit is open or
// another try may succeed.
func (m *Messenger) Send(ctx context.Context, message domain.Message) (string, error) {
	switch {
	case !serves(message.Channel):
		return "", ports.Unserved(message.Channel)
	case message.To.Phone == "":
		return "", refused(nil)
	}
	form, err := m.form(message)
	if err != nil {
		return "", translate(err)
	}
	search := m.search(message, form)
	doubtful := message.Key != ""
	var id string
	err = m.client.Retry(ctx, func() (err error) {
		if doubtful {
			if id, err = m.find(ctx, search); err != nil || id != "" {
				return err
			}
		}
		id, err = m.create(ctx, form)
		// It stays true once it is, because the list may lag behind.
		doubtful = doubtful || httpcall.FailureOf(err).Lost
		return err
	})
	if id != "" { // even if ctx has ended since
		return id, nil
	}
	return "", translate(err)
}

// form returns the parameters of the request that creates the message.
func (m *Messenger) form(message domain.Message) (url.Values, error) {
	to := message.To.Address(message.Channel)
	form := url.Values{"To": {to}, "From": {m.config.sender(message.Channel)}}
	contents := m.config.SMSContents
	if message.Channel == domain.ChannelWhatsApp {
		form.Set("To", whatsApp+to)
		contents = m.config.WhatsAppContents
	}
	content, registered := contents[message.Template]
	switch {
	case form.Get("From") == "":
		return nil, errNoSender
	case registered:
		variables := make(map[string]string, len(message.Params))
		for i, param := range message.Params {
			variables[strconv.Itoa(i+1)] = param
		}
		text, err := json.Marshal(variables)
		if err != nil {
			return nil, err
		}
		form.Set("ContentSid", content)
		form.Set("ContentVariables", string(text))
	case message.Channel == domain.ChannelWhatsApp:
		return nil, errNoContent
	default:
		form.Set("Body", message.Text)
	}
	if m.config.StatusCallback != "" {
		form.Set("StatusCallback", m.config.StatusCallback)
	}
	return form, nil
}

// create posts the message and returns its SID.
func (m *Messenger) create(ctx context.Context, form url.Values) (string, error) {
	var created struct {
		SID string `json:"sid"`
	}
	if err := m.call(ctx, http.MethodPost, nil, form, &created); err != nil {
		return "", err
	}
	if created.SID == "" {
		return "", httpcall.Unreadable("a message without sid")
	}
	return created.SID, nil
}

// translate turns any error into one of domain.
func translate(err error) error {
	f := httpcall.FailureOf(err)
	if refusesNumber(f) {
		return refused(err)
	}
	return domain.Unavailable("messenger", f.Pause(), err)
}

// refused is the error for a number that messages cannot be sent to.
func refused(cause error) error {
	return &domain.Error{
		Kind: domain.KindInvalid, Code: "number_refused",
		Message: "messages cannot be delivered to this number", Cause: cause,
	}
}
