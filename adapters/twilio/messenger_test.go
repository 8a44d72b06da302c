package twilio_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/vendors"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.Messenger(t, func(t *testing.T) portstest.MessengerHarness {
		v := newVendor()
		return portstest.MessengerHarness{
			Messenger: serve(t, v), Channels: []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp},
			Delivered: v.delivered, Arrives: arrives, Refused: domain.Recipient{Phone: vendors.Refused},
		}
	})
}

// arrives is what Twilio can be asked of a message: an SMS is text alone, here, and the words
// of a WhatsApp message are the template's.
func arrives(sent domain.Message) domain.Message {
	seen := domain.Message{To: domain.Recipient{Phone: sent.To.Phone}, Channel: sent.Channel}
	if sent.Channel == domain.ChannelSMS {
		seen.Text = sent.Text
		return seen
	}
	seen.Template, seen.Params = sent.Template, sent.Params
	return seen
}

func sms() domain.Message {
	n := domain.Notification{ID: domain.NotificationID(keyAt(noon)), Topic: domain.TopicFollowUpAsked, Channel: domain.ChannelSMS}
	return n.Compose(domain.User{Phone: "+919812345678", Language: domain.Hindi}, domain.Property{
		Reference: "PF-1", FollowUps: []domain.FollowUp{{DueAt: noon}},
	})
}

// variables are those of sms.
const variables = `{"1":"PF-1","2":"23-11-2026 12:00"}`

func otp() domain.Message {
	return domain.Message{To: domain.Recipient{Phone: "+919812345678"}, Channel: domain.ChannelSMS, Template: "otp.en", Text: "PropFlow: 493817 is your login code."}
}

func TestRequestOfAnSMS(t *testing.T) {
	t.Parallel()
	v := newVendor()
	id, err := serve(t, v).Send(t.Context(), otp())
	require.NoError(t, err)
	assert.Equal(t, v.Messages()[0].SID, id)
	assert.Equal(t, "POST", v.Methods(), "a message without a key is looked for nowhere")
	login, password, _ := (&http.Request{Header: v.All()[0].Header}).BasicAuth()
	assert.Equal(t, []string{account, token, ""}, []string{login, password, v.All()[0].URL.RawQuery})
	assert.Equal(t, url.Values{"To": {"+919812345678"}, "From": {sender}, "Body": {otp().Text}}, v.form(t))
}

func TestRequestOfAnSMSWithContent(t *testing.T) {
	t.Parallel()
	v, contents := newVendor(), vendors.Contents()
	_, err := serve(t, v, func(c *twilio.Config) { c.SMSContents = contents }).Send(t.Context(), sms())
	require.NoError(t, err)
	assert.Equal(t, url.Values{
		"To": {"+919812345678"}, "From": {sender}, "ContentSid": {contents[sms().Template]}, "ContentVariables": {variables},
	}, v.form(t))
}

func TestRequestOfAWhatsAppMessage(t *testing.T) {
	t.Parallel()
	for _, from := range []string{vendors.WhatsApp, "whatsapp:" + vendors.WhatsApp} {
		v, message := newVendor(), sms()
		message.Channel = domain.ChannelWhatsApp
		_, err := serve(t, v, func(c *twilio.Config) {
			c.WhatsAppFrom, c.StatusCallback = from, "https://propflow.example/callback"
		}).Send(t.Context(), message)
		require.NoError(t, err)
		assert.Equal(t, "GET POST", v.Methods())
		assert.Equal(t, url.Values{"To": {"whatsapp:+919812345678"}, "PageSize": {"200"}}, v.All()[0].URL.Query())
		assert.Equal(t, url.Values{
			"To": {"whatsapp:+919812345678"}, "From": {"whatsapp:" + vendors.WhatsApp}, "ContentSid": {vendors.Contents()[message.Template]},
			"ContentVariables": {variables}, "StatusCallback": {"https://propflow.example/callback"},
		}, v.form(t))
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
	unknown.Template = sms().Template
	_, err := m.Send(t.Context(), unknown)
	assertUnavailable(t, err, 0)
	assert.Empty(t, v.Methods())
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
	for _, secret := range []string{"9812345678", "98123", string(vendors.Refused), "493817", "PF-1", token, account, "http://"} {
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
		v := newVendor().creating(problem(c.status, c.code, "about +919812345678 and 493817", "Location", "/elsewhere"))
		_, err := serve(t, v).Send(t.Context(), otp())
		assert.Equal(t, c.kind, domain.KindOf(err), "%d %d: %v", c.status, c.code, err)
		if c.kind == domain.KindInvalid {
			assert.Equal(t, "number_refused", domain.CodeOf(err))
		}
		assertSilent(t, err)
		assert.Equal(t, "POST", v.Methods(), "%d %d is not tried again", c.status, c.code)
	}
}

func TestErrorPagesOfAnySize(t *testing.T) {
	t.Parallel()
	v := newVendor().creating(vendors.Reply(http.StatusBadRequest, strings.Repeat("\x00", 5<<20)))
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
	ctx, cancel := context.WithCancel(t.Context())
	v := newVendor().creating(func(w http.ResponseWriter, r *http.Request, take func()) {
		cancel()
		vendors.Stall(w, r, take)
	})
	_, err := serve(t, v).Send(ctx, otp())
	assertUnavailable(t, err, 0)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "POST", v.Methods())
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
