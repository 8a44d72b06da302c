package twilio_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/vendors"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account = vendors.Account
	token   = vendors.Token
	sender  = vendors.Sender
)

var noon = time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)

// vendor is a fake of Twilio with a clock that can be set, and the requests it received.
type vendor struct {
	*vendors.Twilio
	*vendors.Requests
	handler http.Handler
	clock   *memory.Clock
}

func newVendor() *vendor {
	fakes, requests, clock := vendors.New(), new(vendors.Requests), memory.NewClock(noon)
	fakes.Twilio.Now = clock.Now
	return &vendor{fakes.Twilio, requests, requests.Of(fakes.Handler()), clock}
}

// ServeHTTP answers the paths that Twilio has and no others.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) { v.handler.ServeHTTP(w, r) }

// creating orders faults for the next messages, nil for none.
func (v *vendor) creating(faults ...vendors.Fault) *vendor {
	v.Next(http.MethodPost, faults...)
	return v
}

func (v *vendor) delivered() []domain.Message {
	var messages []domain.Message
	for _, m := range v.Messages() {
		message := domain.Message{To: domain.Recipient{Phone: m.To}, Channel: m.Channel, Template: m.Template, Params: m.Params}
		if m.Template == "" {
			message.Text = m.Text
		}
		messages = append(messages, message)
	}
	return messages
}

// form is that of the newest request.
func (v *vendor) form(t *testing.T) url.Values {
	t.Helper()
	all := v.All()
	form, err := url.ParseQuery(all[len(all)-1].Body)
	require.NoError(t, err)
	return form
}

// serve returns a patient enough messenger on a server of the vendor's.
func serve(t *testing.T, v *vendor, change ...func(*twilio.Config)) *twilio.Messenger {
	t.Helper()
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	config := twilio.Config{
		BaseURL: server.URL, AccountSID: account, AuthToken: token, SMSFrom: sender, WhatsAppFrom: vendors.WhatsApp,
		WhatsAppContents: vendors.Contents(), Backoff: time.Millisecond,
	}
	for _, f := range change {
		f(&config)
	}
	m, err := twilio.New(config, v.clock)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

// problem refuses with a code of Twilio's error dictionary.
func problem(status, code int, message string, headers ...string) vendors.Fault {
	return vendors.Reply(status, fmt.Sprintf(`{"code":%d,"message":%q,"status":%d}`, code, message, status), headers...)
}

// answer refuses with a status.
func answer(status int, headers ...string) vendors.Fault {
	return problem(status, 0, "as ordered", headers...)
}
