package twilio_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/vendors"
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

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header      string
		least, most time.Duration // waited
	}{
		"seconds":      {"4", 4 * time.Second, 4 * time.Second},
		"a date":       {noon.Add(3 * time.Second).Format(http.TimeFormat), 3 * time.Second, 3 * time.Second},
		"nothing":      {"", 250 * time.Millisecond, 750 * time.Millisecond},
		"not readable": {"soon", 250 * time.Millisecond, 750 * time.Millisecond},
		"negative":     {"-4", 250 * time.Millisecond, 750 * time.Millisecond},
		"past":         {noon.Add(-time.Hour).Format(http.TimeFormat), 250 * time.Millisecond, 750 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newVendor().creating(answer(http.StatusTooManyRequests, "Retry-After", c.header))
				start := time.Now()
				_, err := virtual(t, v).Send(t.Context(), otp())
				require.NoError(t, err)
				assert.Equal(t, "POST POST", v.Methods(), "a refusal leaves no doubt")
				assert.GreaterOrEqual(t, time.Since(start), c.least)
				assert.LessOrEqual(t, time.Since(start), c.most)
			})
		})
	}
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

func TestTheCircuitOpensAndCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor()
		v.Always(http.MethodPost, answer(http.StatusServiceUnavailable, "Retry-After", "60"))
		m := virtual(t, v)
		for range 10 {
			_, err := m.Send(t.Context(), otp())
			assertUnavailable(t, err, time.Minute)
		}
		before := v.Methods()
		time.Sleep(time.Second)
		_, err := m.Send(t.Context(), otp())
		assertUnavailable(t, err, 29*time.Second)
		assert.Equal(t, before, v.Methods(), "nothing is tried while it is open")

		time.Sleep(29 * time.Second)
		_, err = m.Send(t.Context(), otp())
		assertUnavailable(t, err, time.Minute)
		_, err = m.Send(t.Context(), otp())
		assertUnavailable(t, err, 30*time.Second)

		v.Heal()
		time.Sleep(30 * time.Second)
		for range 3 {
			_, err = m.Send(t.Context(), otp())
			require.NoError(t, err)
		}
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

// endless is a reply that does not end by itself.
type endless struct{ read, closed *atomic.Int64 }

func (e endless) Read(p []byte) (int, error) {
	if e.read.Add(int64(len(p))) > 64<<20 {
		return 0, errors.New("nobody stopped reading")
	}
	return len(p), nil
}

func (e endless) Close() error {
	e.closed.Add(1)
	return nil
}

func TestEndlessRepliesAreCutAndClosed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 500} {
		var read, closed, tries atomic.Int64
		transport := roundTrip(func(*http.Request) (*http.Response, error) {
			tries.Add(1)
			return &http.Response{StatusCode: status, Body: endless{&read, &closed}}, nil
		})
		m, err := twilio.New(twilio.Config{
			AccountSID: account, AuthToken: token, SMSFrom: sender, Backoff: time.Millisecond,
			Transport: transport,
		}, newVendor().clock)
		require.NoError(t, err)
		_, err = m.Send(t.Context(), otp())
		require.Error(t, err)
		assert.Equal(t, tries.Load(), closed.Load())
		assert.LessOrEqual(t, read.Load(), tries.Load()*(4<<20+1))
	}
}
