package httpcall_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/internal/httpcall"
	"github.com/propflow/propflow/adapters/memory"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const target = "https://vendor.example/things?number=secret"

// vendor is a transport whose answer to every request is set.
type vendor struct {
	answer func(r *http.Request) (*http.Response, error)
	tries  int
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	v.tries++
	return v.answer(r)
}

// replies sets the answers; the last one repeats.
func (v *vendor) replies(answers ...func(r *http.Request) (*http.Response, error)) {
	first := v.tries
	v.answer = func(r *http.Request) (*http.Response, error) {
		return answers[min(v.tries-first, len(answers))-1](r)
	}
}

func reply(status int, body, retryAfter string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		header := http.Header{}
		if retryAfter != "" {
			header.Set("Retry-After", retryAfter)
		}
		return &http.Response{StatusCode: status, Header: header, Body: readCloser{strings.NewReader(body)}}, nil
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func stall(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func failing(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// client returns a client of the vendor, which replies "ok" at first.
func client() (*httpcall.Client, *vendor) {
	v := &vendor{}
	v.replies(reply(200, "ok", ""))
	return httpcall.New(httpcall.API{
		Name: "vendor", MaxReply: 1 << 10,
		Sign: func(r *http.Request) { r.Header.Set("Authorization", "secret") },
		Code: func(_ int, reply []byte) int { return len(reply) },
	}, httpcall.Limits{Timeout: 5 * time.Second}, memory.NewClock(noon), v), v
}

// get makes a call with retries and returns the reply.
func get(ctx context.Context, c *httpcall.Client) (got string, err error) {
	err = c.Retry(ctx, func() error {
		return c.Do(ctx, http.MethodGet, target, nil, func(reply []byte) error {
			got = string(reply)
			return nil
		})
	})
	return got, err
}

func failureOf(t *testing.T, err error) httpcall.Failure {
	t.Helper()
	require.Error(t, err)
	var f *httpcall.Failure
	require.ErrorAs(t, err, &f)
	assert.True(t, strings.HasPrefix(err.Error(), "vendor: "), err)
	assert.NotContains(t, err.Error(), "secret")
	return httpcall.FailureOf(err)
}

func TestASuccessIsReadAndSigned(t *testing.T) {
	t.Parallel()
	c, v := client()
	v.answer = func(r *http.Request) (*http.Response, error) {
		assert.Equal(t, "secret", r.Header.Get("Authorization"))
		return reply(201, "made", "")(r)
	}
	got, err := get(t.Context(), c)
	require.NoError(t, err)
	assert.Equal(t, "made", got)
	assert.Equal(t, 1, v.tries)
	c.Close()
}

func TestWhatAFailureMeans(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for name, c := range map[string]struct {
		answer func(*http.Request) (*http.Response, error)
		want   httpcall.Failure
		text   string
		tries  int
	}{
		"a refusal":        {reply(400, "secret", ""), httpcall.Failure{Status: 400, Code: 6}, "vendor: status 400, code 6", 1},
		"without a code":   {reply(403, "", ""), httpcall.Failure{Status: 403}, "vendor: status 403", 1},
		"a redirect":       {reply(302, "", ""), httpcall.Failure{Status: 302}, "vendor: status 302", 1},
		"a rate limit":     {reply(429, "", "60"), httpcall.Failure{Status: 429, Transient: true, RetryAfter: time.Minute}, "vendor: status 429", 1},
		"a server's error": {reply(500, "", ""), httpcall.Failure{Status: 500, Transient: true, Lost: true, Outage: true}, "vendor: status 500", 3},
		"a broken way":     {failing(errors.New("broken pipe")), httpcall.Failure{Transient: true, Lost: true, Outage: true}, "vendor: broken pipe", 3},
		"no way":           {failing(dial), httpcall.Failure{Transient: true, Outage: true}, "vendor: dial: refused", 3},
		"too large":        {reply(200, strings.Repeat("x", 1<<10+1), ""), httpcall.Failure{Transient: true, Lost: true, Outage: true}, "vendor: the reply is too large", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, v := client()
				v.replies(c.answer)
				_, err := get(t.Context(), client)
				f := failureOf(t, err)
				assert.Equal(t, c.text, err.Error())
				assert.Equal(t, c.tries, v.tries)
				want := c.want
				assert.Equal(t, want, httpcall.Failure{Status: f.Status, Code: f.Code, Transient: f.Transient, Lost: f.Lost, Outage: f.Outage, RetryAfter: f.RetryAfter})
			})
		})
	}
}

func TestAFailureOfTheReaderIsKept(t *testing.T) {
	t.Parallel()
	c, _ := client()
	err := c.Do(t.Context(), http.MethodGet, target, nil, func([]byte) error { return &httpcall.Failure{Code: 7} })
	assert.Equal(t, 7, failureOf(t, err).Code)
	assert.EqualError(t, err, "vendor: code 7")
	assert.Zero(t, httpcall.FailureOf(errors.New("another")))
}

func TestAMalformedURLIsNotQuoted(t *testing.T) {
	t.Parallel()
	c, v := client()
	err := c.Do(t.Context(), http.MethodGet, "https://secret:x", nil, nil)
	assert.False(t, failureOf(t, err).Transient)
	assert.Zero(t, v.tries)

	require.NoError(t, httpcall.CheckURL("URL", "http://vendor.example/"))
	for _, wrong := range []string{"", "vendor.example", "ftp://vendor.example", "https://", "https://secret:x"} {
		assert.EqualError(t, httpcall.CheckURL("URL", wrong), "URL must be an absolute URL")
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	assert.Equal(t, time.Minute, (&httpcall.Failure{RetryAfter: time.Minute}).Pause())
	assert.Equal(t, 5*time.Second, (&httpcall.Failure{Transient: true}).Pause())
	assert.Zero(t, (&httpcall.Failure{}).Pause())
}
