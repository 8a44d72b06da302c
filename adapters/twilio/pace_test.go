package twilio_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// direct carries requests to a handler without a network, so that time can be virtual.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		served := r.Clone(r.Context())
		if served.Body == nil { // a server's never is
			served.Body = http.NoBody
		}
		d.handler.ServeHTTP(recorder, served)
	}()
	<-done
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

// virtual returns a messenger whose time is virtual.
func virtual(t *testing.T, v *vendor) *twilio.Messenger {
	t.Helper()
	m, err := twilio.New(twilio.Config{AccountSID: account, AuthToken: token, SMSFrom: sender, Transport: direct{v}}, v.clock)
	require.NoError(t, err)
	return m
}

func TestALongRetryAfterIsHandedOn(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{"6": 6 * time.Second, "86400": time.Hour, "999999999999999999": time.Hour,
		noon.Add(24 * time.Hour).Format(http.TimeFormat): time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			v := newVendor().creating(answer(http.StatusTooManyRequests, "Retry-After", header))
			start := time.Now()
			_, err := virtual(t, v).Send(t.Context(), otp())
			assertUnavailable(t, err, want)
			assert.Equal(t, "POST", v.Methods())
			assert.Zero(t, time.Since(start))
		})
	}
}

func TestTriesAreFewAndShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor()
		v.Always(vendors.Any, vendors.Stall)
		start := time.Now()
		_, err := virtual(t, v).Send(t.Context(), otp())
		assertUnavailable(t, err, 5*time.Second)
		assert.Equal(t, "POST GET GET", v.Methods())
		assert.GreaterOrEqual(t, time.Since(start), 15*time.Second)
		assert.LessOrEqual(t, time.Since(start), 15*time.Second+2*750*time.Millisecond)
	})
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor().creating(answer(http.StatusTooManyRequests, "Retry-After", "4"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := virtual(t, v).Send(ctx, otp())
		assert.Equal(t, domain.KindUnavailable, domain.KindOf(err))
		assert.Equal(t, time.Second, time.Since(start))
		assert.Equal(t, "POST", v.Methods())
	})
}

func TestWhatDoesNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		f   vendors.Fault
		ctx func(context.Context) context.Context
	}{
		"refused numbers": {f: problem(400, 21610, "unsubscribed")},
		"rate limits":     {f: answer(http.StatusTooManyRequests, "Retry-After", "60")},
		"callers who left": {ctx: func(ctx context.Context) context.Context {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newVendor()
				m := virtual(t, v)
				for range 30 {
					ctx := t.Context()
					if c.ctx != nil {
						ctx = c.ctx(ctx)
					} else {
						v.creating(c.f)
					}
					_, err := m.Send(ctx, otp())
					require.Error(t, err)
				}
				_, err := m.Send(t.Context(), otp())
				require.NoError(t, err)
			})
		})
	}
}

func TestAResultOutlivesItsContext(t *testing.T) {
	t.Parallel()
	v := newVendor()
	ctx, cancel := context.WithCancel(t.Context())
	m, err := twilio.New(twilio.Config{
		AccountSID: account, AuthToken: token, SMSFrom: sender, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			response, err := direct{v}.RoundTrip(r.WithContext(context.WithoutCancel(r.Context())))
			response.Body = &ending{response.Body, cancel}
			return response, err
		}),
	}, v.clock)
	require.NoError(t, err)
	id, err := m.Send(ctx, otp())
	require.NoError(t, err)
	require.Error(t, ctx.Err())
	assert.Equal(t, v.Messages()[0].SID, id)
}

func TestABrokenWayIsNamedWithoutItsURL(t *testing.T) {
	t.Parallel()
	v := newVendor()
	m, err := twilio.New(twilio.Config{
		AccountSID: account, AuthToken: token, SMSFrom: sender,
		Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("broken pipe") }),
	}, v.clock)
	require.NoError(t, err)
	message := sms()
	_, err = m.Send(t.Context(), message)
	assertUnavailable(t, err, 5*time.Second)
	assert.ErrorContains(t, err, "broken pipe")
}
