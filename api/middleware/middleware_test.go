package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

// fail answers an error as the API does, as far as these tests look.
func fail(w http.ResponseWriter, _ *http.Request, err error) {
	status := map[domain.Kind]int{domain.KindTooMany: http.StatusTooManyRequests}[domain.KindOf(err)]
	if status == 0 {
		status = http.StatusInternalServerError
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, domain.CodeOf(err))
}

func newID() string { return "request-1" }

func TestClientAddress(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		proxies   int
		forwarded []string
		remote    string
		want      string
	}{
		"direct":                            {0, nil, "192.0.2.1:1234", "192.0.2.1"},
		"direct, header made up":            {0, []string{"203.0.113.9"}, "192.0.2.1:1234", "192.0.2.1"},
		"one proxy":                         {1, []string{"198.51.100.7"}, "10.0.0.1:1234", "198.51.100.7"},
		"one proxy, more made up":           {1, []string{"203.0.113.9, 198.51.100.7"}, "10.0.0.1:1234", "198.51.100.7"},
		"two proxies":                       {2, []string{"203.0.113.9, 198.51.100.7, 10.0.0.2"}, "10.0.0.1:1234", "198.51.100.7"},
		"two proxies, header in parts":      {2, []string{"203.0.113.9", "198.51.100.7", "10.0.0.2"}, "10.0.0.1:1234", "198.51.100.7"},
		"fewer hops than proxies":           {2, []string{"198.51.100.7"}, "10.0.0.1:1234", "10.0.0.1"},
		"a hop that is no address":          {1, []string{"<script>"}, "10.0.0.1:1234", "10.0.0.1"},
		"one proxy, no header":              {1, nil, "10.0.0.1:1234", "10.0.0.1"},
		"IPv6":                              {0, nil, "[2001:db8::1]:1234", "2001:db8::1"},
		"IPv6 behind a proxy, any spelling": {1, []string{"2001:0db8:0:0::1"}, "10.0.0.1:1234", "2001:db8::1"},
		"no port":                           {0, nil, "@", "@"},
	} {
		var got string
		h := middleware.Identify(memory.NewAccessTokens([]byte("k")), memory.NewClock(time.Now()), test.proxies)(
			http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = middleware.CallerOf(r.Context()).Client }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = test.remote
		for _, v := range test.forwarded {
			r.Header.Add("X-Forwarded-For", v)
		}
		h.ServeHTTP(httptest.NewRecorder(), r)
		assert.Equal(t, test.want, got, name)
	}
}

func TestCaller(t *testing.T) {
	t.Parallel()
	clock, tokens := memory.NewClock(time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)), memory.NewAccessTokens([]byte("k"))
	want := domain.Identity{Actor: domain.Actor{ID: "u", Role: domain.RoleValuer}, ExpiresAt: clock.Now().Add(time.Minute)}
	token, err := tokens.Issue(want)
	require.NoError(t, err)
	identify := middleware.Identify(tokens, clock, 0)
	ask := func(authorization string) (c middleware.Caller) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", authorization)
		identify(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { c = middleware.CallerOf(r.Context()) })).ServeHTTP(httptest.NewRecorder(), r)
		return c
	}
	known := ask("Bearer " + token)
	require.NoError(t, known.Err)
	assert.Equal(t, want, known.Identity)
	for _, bad := range []string{"", token, "Bearer", "Basic " + token} {
		assert.Equal(t, "missing_token", domain.CodeOf(ask(bad).Err), bad)
	}
	assert.Equal(t, "invalid_token", domain.CodeOf(ask("Bearer x").Err))
	clock.Advance(time.Minute)
	assert.Equal(t, "token_expired", domain.CodeOf(ask("Bearer "+token).Err))

	assert.Equal(t, "missing_token", domain.CodeOf(middleware.CallerOf(context.Background()).Err), "nobody is trusted by default")
	given := middleware.WithCaller(context.Background(), known)
	assert.Equal(t, known, middleware.CallerOf(given))
}

func TestLimitsOfZeroAreNone(t *testing.T) {
	t.Parallel()
	faults := memory.NewFaults()
	limit := middleware.RateLimit(memory.NewRateLimiter(faults), memory.NewClock(time.Now()), middleware.Limits{}, slog.New(slog.DiscardHandler), fail)
	h := limit(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for _, c := range []middleware.Caller{{Identity: domain.Identity{Actor: domain.Actor{ID: "u"}}}, {Err: errors.New("no token")}} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		h.ServeHTTP(w, r.WithContext(middleware.WithCaller(r.Context(), c)))
		assert.Equal(t, http.StatusNoContent, w.Code)
		assert.Empty(t, w.Header().Get("RateLimit-Limit"))
	}
}

func TestRateLimitTellsWhereOneStands(t *testing.T) {
	t.Parallel()
	clock, faults := memory.NewClock(time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)), memory.NewFaults()
	var log bytes.Buffer
	limit := middleware.RateLimit(memory.NewRateLimiter(faults), clock, middleware.Limits{PerUser: 2, PerAddress: 1},
		slog.New(slog.NewTextHandler(&log, nil)), fail)
	h := limit(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	ask := func(c middleware.Caller) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		h.ServeHTTP(w, r.WithContext(middleware.WithCaller(r.Context(), c)))
		return w
	}
	user := middleware.Caller{Identity: domain.Identity{Actor: domain.Actor{ID: "u"}}, Client: "192.0.2.1"}
	nobody := middleware.Caller{Err: errors.New("no token"), Client: "192.0.2.1"}
	for i, want := range []struct {
		who                     middleware.Caller
		status                  int
		limit, remaining, reset string
	}{
		{user, 204, "2", "1", "30"}, {user, 204, "2", "0", "60"}, {user, 429, "2", "0", "30"},
		{nobody, 204, "1", "0", "60"}, {nobody, 429, "1", "0", "60"},
	} {
		w := ask(want.who)
		assert.Equal(t, want.status, w.Code, i)
		assert.Equal(t, want.limit, w.Header().Get("RateLimit-Limit"), i)
		assert.Equal(t, want.remaining, w.Header().Get("RateLimit-Remaining"), i)
		assert.Equal(t, want.reset, w.Header().Get("RateLimit-Reset"), i)
	}
	clock.Advance(30 * time.Second)
	assert.Equal(t, 204, ask(user).Code)
	faults.Down("RateLimiter.Allow")
	w := ask(nobody)
	assert.Equal(t, 204, w.Code)
	assert.Empty(t, w.Header().Get("RateLimit-Limit"), "nobody knows")
	assert.NotContains(t, log.String(), "192.0.2.1")
	faults.Up()
	w = ask(nobody)
	assert.Equal(t, 204, w.Code)
	assert.Empty(t, w.Header().Get("RateLimit-Limit"), "it is left alone for a moment")
	clock.Advance(2 * time.Second)
	assert.Equal(t, "1", ask(nobody).Header().Get("RateLimit-Limit"), "and asked again then")
}

func TestPanicBeforeAndInsideAnAnswer(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	observe := middleware.Observe(slog.New(slog.NewJSONHandler(&log, nil)), newID, fail, nil)

	w := httptest.NewRecorder()
	observe(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, "internal", w.Body.String())
	assert.Equal(t, "request-1", w.Header().Get("X-Request-Id"))

	half := observe(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "half an ans")
		panic("boom")
	}))
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		half.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		observe(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })).
			ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	lines := bytes.Split(bytes.TrimSpace(log.Bytes()), []byte("\n"))
	require.Len(t, lines, 5, "a line per request, and one per panic that is not a way to leave")

	server := httptest.NewServer(half)
	defer server.Close()
	answer, err := http.Get(server.URL)
	if err == nil {
		_, err = io.ReadAll(answer.Body)
		_ = answer.Body.Close()
	}
	assert.Error(t, err, "half an answer must not pass for a whole one")
}

func TestOneLinePerRequest(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	clock, tokens := memory.NewClock(time.Now()), memory.NewAccessTokens([]byte("k"))
	token, err := tokens.Issue(domain.Identity{Actor: domain.Actor{ID: "u-1", Role: domain.RoleValuer}, ExpiresAt: clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	h := middleware.Observe(slog.New(slog.NewJSONHandler(&log, nil)), newID, fail, nil)(middleware.Identify(tokens, clock, 0)(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			middleware.NoteOperation(r.Context(), "getMe")
			assert.Equal(t, "request-1", middleware.RequestID(r.Context()))
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "short and stout")
		})))
	r := httptest.NewRequest(http.MethodGet, "/api/v1/me?phone=9811100001", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	h.ServeHTTP(httptest.NewRecorder(), r)
	var line map[string]any
	require.NoError(t, json.Unmarshal(log.Bytes(), &line))
	delete(line, "time")
	delete(line, "duration_ms")
	assert.Equal(t, map[string]any{
		"level": "INFO", "msg": "request", "request_id": "request-1", "method": "GET", "operation": "getMe", "user_id": "u-1",
		"status": 418.0, "bytes": 15.0,
	}, line, "and nothing else: no address, no query, no token")

	middleware.NoteOperation(context.Background(), "outside of a request")
	assert.Empty(t, middleware.RequestID(context.Background()))
}

func TestSecureHeaders(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	middleware.SecureHeaders("https://api.example.in")(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
	} {
		assert.Equal(t, want, w.Header().Get(name))
	}
}
