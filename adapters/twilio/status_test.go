package twilio_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// ending is a body that calls end when it is read out.
type ending struct {
	io.ReadCloser
	end func()
}

func (b *ending) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.end()
	}
	return n, err
}

// callback posts a form, signed, to the status handler and returns the answer's status and
// what was reported.
func callback(t *testing.T, change func(*twilio.Config), form url.Values, sign string, failing error) (int, []string) {
	t.Helper()
	config := twilio.Config{AccountSID: account, AuthToken: "12345", StatusCallback: "https://mycompany.com/myapp.php?foo=1&bar=2"}
	if change != nil {
		change(&config)
	}
	m, err := twilio.New(config, memory.NewClock(noon))
	require.NoError(t, err)
	var reported []string
	handler := m.StatusHandler(func(_ context.Context, id string, delivery domain.Delivery) error {
		reported = append(reported, id+" "+string(delivery))
		return failing
	})
	request := httptest.NewRequest(http.MethodPost, "http://10.0.0.1:8000/api/v1/twilio?foo=1&bar=2", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if sign != "" {
		request.Header.Set("X-Twilio-Signature", sign)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Code, reported
}

// signed is the algorithm once more, over text that the test has put together by hand.
func signed(text string) string {
	mac := hmac.New(sha1.New, []byte("12345"))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// published are requests and signatures from Twilio's documentation and libraries.
var published = map[string]url.Values{
	"0/KCTR6DLpKmkAf8muzZqo1nDgQ=": {
		"CallSid": {"CA1234567890ABCDE"}, "From": {"+12349013030"}, "To": {"+18005551212"}, "Caller": {"+12349013030"}, "Digits": {"1234"},
	},
	"RSOYDt4T1cUTdK1PDd93/VVr8B8=": {
		"CallSid": {"CA1234567890ABCDE"}, "From": {"+14158675309"}, "To": {"+18005551212"}, "Caller": {"+14158675309"}, "Digits": {"1234"},
	},
}

func TestPublishedSignatures(t *testing.T) {
	t.Parallel()
	for sign, form := range published {
		code, _ := callback(t, nil, form, sign, nil)
		assert.Equal(t, http.StatusBadRequest, code, "genuine, though of a call, not a message")
		form = maps.Clone(form)
		form.Set("Digits", "1235")
		code, _ = callback(t, nil, form, sign, nil)
		assert.Equal(t, http.StatusForbidden, code)
	}
}

const (
	hook   = "https://mycompany.com/myapp.php?foo=1&bar=2"
	fields = "AccountSidAC1MessageSidSM1MessageStatusdeliveredTo+919812345678"
)

func report() url.Values {
	return url.Values{"MessageStatus": {"delivered"}, "MessageSid": {"SM1"}, "To": {"+919812345678"}, "AccountSid": {"AC1"}}
}

func TestGenuineReports(t *testing.T) {
	t.Parallel()
	code, reported := callback(t, nil, report(), signed(hook+fields), nil)
	assert.Equal(t, http.StatusNoContent, code)
	assert.Equal(t, []string{"SM1 DELIVERED"}, reported)

	repeated := report()
	repeated["To"] = []string{"b", "a", "b"}
	code, _ = callback(t, nil, repeated, signed(hook+"AccountSidAC1MessageSidSM1MessageStatusdeliveredToaTob"), nil)
	assert.Equal(t, http.StatusNoContent, code)

	code, reported = callback(t, nil, report(), signed(hook+fields), errors.New("the store is down"))
	assert.Equal(t, http.StatusInternalServerError, code)
	assert.Len(t, reported, 1)
}

func TestOnlyTheEndOfTheWayIsReported(t *testing.T) {
	t.Parallel()
	for status, want := range map[string][]string{
		"accepted": nil, "queued": nil, "sending": nil, "sent": nil, "of another year": nil,
		"delivered": {"SM1 DELIVERED"}, "read": {"SM1 DELIVERED"},
		"undelivered": {"SM1 UNDELIVERED"}, "failed": {"SM1 UNDELIVERED"},
	} {
		form := report()
		form.Set("MessageStatus", status)
		text := hook + strings.Replace(fields, "Statusdelivered", "Status"+status, 1)
		code, reported := callback(t, nil, form, signed(text), nil)
		assert.Equal(t, http.StatusNoContent, code, status)
		assert.Equal(t, want, reported, status)
	}
}

func TestForgedReports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sign   string
		change func(*twilio.Config)
	}{
		"no signature":      {sign: ""},
		"not base64":        {sign: "?"},
		"cut":               {sign: signed(hook + fields)[:24]},
		"another field":     {sign: signed(hook + fields + "1")},
		"another URL":       {sign: signed("https://mycompany.com/" + fields)},
		"another token":     {signed(hook + fields), func(c *twilio.Config) { c.AuthToken = "123456" }},
		"no callback asked": {signed(fields), func(c *twilio.Config) { c.StatusCallback = "" }},
	} {
		code, reported := callback(t, c.change, report(), c.sign, nil)
		assert.Equal(t, http.StatusForbidden, code, name)
		assert.Empty(t, reported, name)
	}
}

func TestReportsThatSayNothing(t *testing.T) {
	t.Parallel()
	code, reported := callback(t, nil, url.Values{"MessageSid": {"SM1"}}, signed(hook+"MessageSidSM1"), nil)
	assert.Equal(t, http.StatusBadRequest, code)
	huge := report()
	huge.Set("x", strings.Repeat("x", 64<<10))
	code, more := callback(t, nil, huge, signed(hook+fields+"x"+huge.Get("x")), nil)
	assert.Equal(t, http.StatusBadRequest, code)
	assert.Empty(t, append(reported, more...))

	m, err := twilio.New(twilio.Config{AccountSID: account, AuthToken: token, StatusCallback: hook}, memory.NewClock(noon))
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	m.StatusHandler(nil).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
	assert.Equal(t, http.MethodPost, recorder.Header().Get("Allow"))
}
