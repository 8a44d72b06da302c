package httpcall_test

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

	"github.com/propflow/propflow/adapters/internal/httpcall"
	"github.com/propflow/propflow/adapters/memory"
)

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
				client, v := client()
				v.replies(reply(429, "", c.header), reply(200, "ok", ""))
				start := time.Now()
				got, err := get(t.Context(), client)
				require.NoError(t, err)
				assert.Equal(t, "ok", got)
				assert.Equal(t, 2, v.tries)
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
			client, v := client()
			v.replies(reply(503, "", header))
			start := time.Now()
			_, err := get(t.Context(), client)
			assert.Equal(t, want, failureOf(t, err).RetryAfter)
			assert.Equal(t, 1, v.tries)
			assert.Zero(t, time.Since(start))
		})
	}
}

func TestTriesAreFewAndShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, v := client()
		v.replies(stall)
		start := time.Now()
		_, err := get(t.Context(), client)
		f := failureOf(t, err)
		assert.True(t, f.Transient && f.Lost && f.Outage)
		assert.Equal(t, 3, v.tries)
		assert.GreaterOrEqual(t, time.Since(start), 15*time.Second+2*250*time.Millisecond)
		assert.LessOrEqual(t, time.Since(start), 15*time.Second+2*750*time.Millisecond)
	})
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, v := client()
		v.replies(reply(429, "", "4"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := get(ctx, client)
		require.Error(t, err)
		assert.Equal(t, time.Second, time.Since(start))
		assert.Equal(t, 1, v.tries)
	})
}

func TestATryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, v := client()
		v.replies(stall)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := client.Do(ctx, http.MethodGet, target, nil, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		f := failureOf(t, err)
		assert.True(t, f.Lost && f.Outage && !f.Transient)
		assert.Equal(t, 1, v.tries)
	})
}

func TestTheCircuitOpensAndCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, v := client()
		v.replies(reply(503, "", "60"))
		for range 10 {
			_, err := get(t.Context(), client)
			assert.Equal(t, time.Minute, failureOf(t, err).RetryAfter)
		}
		time.Sleep(time.Second)
		_, err := get(t.Context(), client)
		f := failureOf(t, err)
		assert.Equal(t, 29*time.Second, f.RetryAfter)
		assert.False(t, f.Transient || f.Lost)
		assert.Equal(t, 10, v.tries, "nothing is tried while it is open")

		time.Sleep(29 * time.Second)
		_, err = get(t.Context(), client)
		assert.Equal(t, time.Minute, failureOf(t, err).RetryAfter, "one try is let through")
		_, err = get(t.Context(), client)
		assert.Equal(t, 30*time.Second, failureOf(t, err).RetryAfter, "and opens it again")

		v.replies(reply(200, "ok", ""))
		time.Sleep(30 * time.Second)
		for range 3 {
			_, err = get(t.Context(), client)
			require.NoError(t, err)
		}
	})
}

func TestWhatDoesNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	left, leave := context.WithCancel(t.Context())
	leave()
	for name, c := range map[string]struct {
		ctx    context.Context
		answer func(*http.Request) (*http.Response, error)
	}{
		"refusals":         {t.Context(), reply(400, "", "")},
		"rate limits":      {t.Context(), reply(429, "", "60")},
		"callers who left": {left, failing(context.Canceled)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, v := client()
			v.replies(c.answer)
			for range 30 {
				_, err := get(c.ctx, client)
				require.Error(t, err)
			}
			v.replies(reply(200, "ok", ""))
			_, err := get(t.Context(), client)
			require.NoError(t, err)
		})
	}
}

// endless is a reply that does not end by itself.
type endless struct{ read, closed *atomic.Int64 }

func (e endless) Read(p []byte) (int, error) {
	if e.read.Add(int64(len(p))) > 64<<20 {
		return 0, errors.New("read to the end of time")
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
		synctest.Test(t, func(t *testing.T) {
			var read, closed atomic.Int64
			client, v := client()
			v.replies(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: status, Body: endless{&read, &closed}}, nil
			})
			_, err := get(t.Context(), client)
			require.Error(t, err)
			assert.EqualValues(t, v.tries, closed.Load())
			assert.LessOrEqual(t, read.Load(), int64(v.tries)*(1<<10+1))
		})
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	c := httpcall.New(httpcall.API{
		Name: "vendor", MaxReply: 1 << 10, Sign: func(*http.Request) {}, Code: func(int, []byte) int { return 0 },
	}, httpcall.Limits{Timeout: time.Minute}, memory.NewClock(noon), nil)
	defer c.Close()
	err := c.Do(t.Context(), http.MethodGet, server.URL, nil, func([]byte) error { return nil })
	assert.Equal(t, http.StatusTemporaryRedirect, failureOf(t, err).Status)
	assert.Zero(t, elsewhere.Load())
}
