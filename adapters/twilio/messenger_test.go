package twilio_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.Messenger(t, func(t *testing.T) portstest.MessengerHarness {
		v := newVendor()
		return portstest.MessengerHarness{Messenger: serve(t, v), Delivered: v.delivered, Refused: refused}
	})
}

func sms() domain.Message {
	return domain.Message{
		To: "+919812345678", Channel: domain.ChannelSMS, Template: "valued.hi", Params: []string{"PF-1", "₹2"},
		Text: "PropFlow: आपकी संपत्ति PF-1 का मूल्यांकन ₹2 है।", Key: keyAt(noon),
	}
}

func otp() domain.Message {
	return domain.Message{To: "+919812345678", Channel: domain.ChannelSMS, Template: "otp.en", Text: "PropFlow: 493817 is your login code."}
}

func TestRequestOfAnSMS(t *testing.T) {
	t.Parallel()
	v := newVendor()
	id, err := serve(t, v).Send(t.Context(), otp())
	require.NoError(t, err)
	assert.Equal(t, v.stored[0].SID, id)
	assert.Equal(t, "POST", v.methods(), "a message without a key is looked for nowhere")
	assert.Equal(t, request{method: "POST", login: account, password: token, query: map[string][]string{}, form: map[string][]string{
		"To": {"+919812345678"}, "From": {sender}, "Body": {otp().Text},
	}}, v.last())
}

func TestRequestOfAnSMSWithContent(t *testing.T) {
	t.Parallel()
	v := newVendor()
	_, err := serve(t, v, func(c *twilio.Config) { c.SMSContents = map[string]string{"valued.hi": "HX09"} }).Send(t.Context(), sms())
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{
		"To": {"+919812345678"}, "From": {sender}, "ContentSid": {"HX09"}, "ContentVariables": {`{"1":"PF-1","2":"₹2"}`},
	}, v.last().form)
}

func TestRequestOfAWhatsAppMessage(t *testing.T) {
	t.Parallel()
	for _, from := range []string{waba, "whatsapp:" + waba} {
		v, message := newVendor(), sms()
		message.Channel = domain.ChannelWhatsApp
		_, err := serve(t, v, func(c *twilio.Config) {
			c.WhatsAppFrom, c.StatusCallback = from, "https://propflow.example/callback"
		}).Send(t.Context(), message)
		require.NoError(t, err)
		assert.Equal(t, "GET POST", v.methods())
		assert.Equal(t, map[string][]string{"To": {"whatsapp:+919812345678"}, "PageSize": {"200"}}, v.requests[0].query)
		assert.Equal(t, map[string][]string{
			"To": {"whatsapp:+919812345678"}, "From": {"whatsapp:" + waba}, "ContentSid": {"HX01"},
			"ContentVariables": {`{"1":"PF-1","2":"₹2"}`}, "StatusCallback": {"https://propflow.example/callback"},
		}, v.last().form)
	}
}

func TestWhatIsNotConfiguredIsUnavailable(t *testing.T) {
	t.Parallel()
	v := newVendor()
	m := serve(t, v, func(c *twilio.Config) { c.SMSFrom = "" })
	unknown := sms()
	unknown.Channel, unknown.Template = domain.ChannelWhatsApp, "valued.fr"
	console := sms()
	console.Channel = domain.ChannelConsole
	for _, message := range []domain.Message{sms(), unknown, console} {
		_, err := m.Send(t.Context(), message)
		assertUnavailable(t, err, 0)
	}
	m = serve(t, v, func(c *twilio.Config) { c.WhatsAppFrom = "" })
	unknown.Template = "valued.hi"
	_, err := m.Send(t.Context(), unknown)
	assertUnavailable(t, err, 0)
	assert.Empty(t, v.methods())
}

func assertUnavailable(t *testing.T, err error, after time.Duration) {
	t.Helper()
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, domain.KindUnavailable, e.Kind)
	assert.Equal(t, "messenger_unavailable", e.Code)
	assert.Equal(t, after, e.RetryAfter)
	assertSilent(t, err)
}

// assertSilent wants no number, no text and no credential in an error.
func assertSilent(t *testing.T, err error) {
	t.Helper()
	for _, secret := range []string{"9812345678", "98123", refused, "493817", "PF-1", token, account, "http://"} {
		assert.NotContains(t, err.Error(), secret)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, code int
		kind         domain.Kind
	}{
		{400, 21211, domain.KindInvalid}, {400, 21217, domain.KindInvalid}, {400, 21265, domain.KindInvalid},
		{400, 21268, domain.KindInvalid}, {400, 21610, domain.KindInvalid}, {403, 21610, domain.KindInvalid},
		{400, 21614, domain.KindInvalid}, {400, 21635, domain.KindInvalid}, {400, 63003, domain.KindInvalid},
		{400, 63024, domain.KindInvalid},
		{400, 21606, domain.KindUnavailable}, // our sender is not valid
		{400, 21408, domain.KindUnavailable}, // the region is not enabled
		{401, 20003, domain.KindUnavailable}, // our credentials
		{403, 20005, domain.KindUnavailable}, // our account is not active
		{404, 20404, domain.KindUnavailable}, {400, 0, domain.KindUnavailable}, {301, 0, domain.KindUnavailable},
		{307, 0, domain.KindUnavailable},
	} {
		v := newVendor()
		v.creating = []fault{func(w http.ResponseWriter, _ *http.Request, _ func()) {
			w.Header().Set("Location", "/elsewhere")
			problem(w, c.status, c.code, "about +919812345678 and 493817")
		}}
		_, err := serve(t, v).Send(t.Context(), otp())
		assert.Equal(t, c.kind, domain.KindOf(err), "%d %d: %v", c.status, c.code, err)
		if c.kind == domain.KindInvalid {
			assert.Equal(t, "number_refused", domain.CodeOf(err))
		}
		assertSilent(t, err)
		assert.Equal(t, "POST", v.methods(), "%d %d is not tried again", c.status, c.code)
	}
}

func TestErrorPagesOfAnySize(t *testing.T) {
	t.Parallel()
	v := newVendor()
	v.creating = []fault{func(w http.ResponseWriter, _ *http.Request, _ func()) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(make([]byte, 5<<20)) // the client stops reading
	}}
	_, err := serve(t, v).Send(t.Context(), otp())
	assertUnavailable(t, err, 0)
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	v := newVendor()
	m := serve(t, v, func(c *twilio.Config) { c.BaseURL = "http://127.0.0.1:1" })
	_, err := m.Send(t.Context(), otp())
	assertUnavailable(t, err, 5*time.Second)
	assert.NotContains(t, err.Error(), "Messages.json")
}

func TestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	v := newVendor()
	ctx, cancel := context.WithCancel(t.Context())
	v.creating = []fault{func(w http.ResponseWriter, r *http.Request, accept func()) {
		cancel()
		hang(w, r, accept)
	}}
	_, err := serve(t, v).Send(ctx, otp())
	assertUnavailable(t, err, 0)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "POST", v.methods())
}

func TestNew(t *testing.T) {
	t.Parallel()
	good := twilio.Config{AccountSID: account, AuthToken: token}
	m, err := twilio.New(good, memory.NewClock(noon))
	require.NoError(t, err)
	m.Close()
	for name, change := range map[string]func(*twilio.Config){
		"AccountSID": func(c *twilio.Config) { c.AccountSID = "" }, "AuthToken": func(c *twilio.Config) { c.AuthToken = "" },
		"BaseURL":        func(c *twilio.Config) { c.BaseURL = "api.twilio.com" },
		"StatusCallback": func(c *twilio.Config) { c.StatusCallback = "ftp://x/" },
	} {
		config := good
		change(&config)
		_, err := twilio.New(config, memory.NewClock(noon))
		require.ErrorContains(t, err, name)
		assert.NotContains(t, err.Error(), token)
	}
}
