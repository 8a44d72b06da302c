package vision_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/tests/kit/vendors"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// virtual returns an analyzer whose requests go straight to the vendor, without a network,
// so that time can be virtual.
func virtual(t *testing.T, v *vendor) *vision.Analyzer {
	t.Helper()
	a, err := vision.New(vision.Config{Key: key, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		recorder := httptest.NewRecorder()
		v.ServeHTTP(recorder, r)
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return recorder.Result(), nil
	})}, memory.NewClock(noon))
	require.NoError(t, err)
	return a
}

func TestALongRetryAfterIsHandedOn(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{"6": 6 * time.Second, "86400": time.Hour,
		noon.Add(24 * time.Hour).Format(http.TimeFormat): time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			v := sees(kitchen, vendors.Reply(503, "", "Retry-After", header))
			start := time.Now()
			_, err := virtual(t, v).Analyze(t.Context(), photo)
			assertUnavailable(t, err, want)
			assert.Equal(t, 1, v.tries())
			assert.Zero(t, time.Since(start))
		})
	}
}

func TestTriesAreFewAndShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := sees(kitchen)
		v.Always(http.MethodPost, vendors.Stall)
		start := time.Now()
		_, err := virtual(t, v).Analyze(t.Context(), photo)
		assertUnavailable(t, err, 5*time.Second)
		assert.Equal(t, 3, v.tries())
		assert.GreaterOrEqual(t, time.Since(start), 30*time.Second)
		assert.LessOrEqual(t, time.Since(start), 30*time.Second+2*750*time.Millisecond)
	})
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := sees(kitchen, vendors.Reply(429, "", "Retry-After", "4"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := virtual(t, v).Analyze(ctx, photo)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestWhatDoesNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := sees(kitchen)
		a := virtual(t, v)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for range 15 {
			_, err := a.Analyze(ended, photo)
			require.ErrorIs(t, err, context.Canceled)
			v.meet(vendors.Reply(200, `{"responses":[{"error":{"code":3}}]}`))
			_, err = a.Analyze(t.Context(), photo)
			require.NoError(t, err)
			v.meet(vendors.Reply(429, "", "Retry-After", "60"))
			_, err = a.Analyze(t.Context(), photo)
			assertUnavailable(t, err, time.Minute)
		}
		got, err := a.Analyze(t.Context(), photo)
		require.NoError(t, err)
		assert.True(t, got.Done)
	})
}
