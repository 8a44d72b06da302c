package twilio_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
)

// FuzzReply wants an id or an error of domain's, and never the number in it, of whatever is
// replied to listing and sending.
func FuzzReply(f *testing.F) {
	f.Add(201, []byte(`{"sid":"SM1"}`), "")
	f.Add(200, []byte(`{"messages":[{"sid":"SM1","date_created":"Mon, 23 Nov 2026 06:30:00 +0000","direction":"outbound-api"}]}`), "")
	f.Add(400, []byte(`{"code":21211,"message":"+919812345678"}`), "")
	f.Add(429, []byte(`{}`), "Mon, 23 Nov 2026 07:30:00 GMT")
	f.Fuzz(func(t *testing.T, status int, reply []byte, after string) {
		m, err := twilio.New(twilio.Config{
			AccountSID: account, AuthToken: token, SMSFrom: sender, Backoff: time.Nanosecond, MaxWait: time.Nanosecond,
			Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				return &http.Response{
					StatusCode: status, Header: http.Header{"Retry-After": {after}}, Body: io.NopCloser(bytes.NewReader(reply)),
				}, nil
			}),
		}, memory.NewClock(noon))
		require.NoError(t, err)
		id, err := m.Send(t.Context(), sms())
		if err == nil {
			assert.NotEmpty(t, id)
			return
		}
		assert.Contains(t, []domain.Kind{domain.KindUnavailable, domain.KindInvalid}, domain.KindOf(err))
		assertSilent(t, err)
	})
}

// FuzzReport wants nothing reported that was not signed.
func FuzzReport(f *testing.F) {
	m, err := twilio.New(twilio.Config{AccountSID: account, AuthToken: token, StatusCallback: hook}, memory.NewClock(noon))
	require.NoError(f, err)
	f.Add(report().Encode(), signed(hook+fields))
	f.Add("%zz", "")
	f.Fuzz(func(t *testing.T, form, sign string) {
		handler := m.StatusHandler(func(context.Context, string, domain.Delivery) error {
			t.Error("reported")
			return nil
		})
		request := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader([]byte(form)))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("X-Twilio-Signature", sign)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		assert.Contains(t, []int{http.StatusBadRequest, http.StatusForbidden}, recorder.Code)
	})
}
