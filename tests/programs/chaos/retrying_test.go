package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/stack"
)

// script answers requests one after the other, and the last one for ever.
type script struct {
	mu      sync.Mutex
	answers []http.HandlerFunc
	keys    []string
	bodies  []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	s.keys, s.bodies = append(s.keys, r.Header.Get("Idempotency-Key")), append(s.bodies, string(body))
	s.mu.Unlock()
	answer(w, r)
}

func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// tears breaks the connection within the body.
func tears(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, "a part")
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// replica serves the script and returns a client that also knows a dead replica.
func replica(t *testing.T, s *script) *retryingClient {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	link, err := url.Parse(server.URL)
	require.NoError(t, err)
	return &retryingClient{wire: newWire([]string{"127.0.0.1:1", link.Host})}
}

func post(t *testing.T, p *retryingClient, path string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, stack.APIURL+path, strings.NewReader("a wish"))
	require.NoError(t, err)
	request.Header.Set("Idempotency-Key", "the same")
	return p.Do(request)
}

func TestAGoodClientAsksAgainForTheSame(t *testing.T) {
	t.Parallel()
	s := &script{answers: []http.HandlerFunc{
		reply(503, ""), reply(429, ""), reply(409, `{"code":"request_in_progress"}`), tears, reply(200, "done"),
	}}
	p := replica(t, s)
	response, err := post(t, p, "/api/v1/properties")
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, "done", string(body))
	assert.Equal(t, map[string]int{"broken": p.wire.reasons["broken"], "503": 1, "429": 1, "twin in progress": 1}, p.wire.reasons)
	assert.Greater(t, p.wire.reasons["broken"], 1, "the dead replica and the torn answer")
	for i := range s.keys {
		assert.Equal(t, "the same", s.keys[i])
		assert.Equal(t, "a wish", s.bodies[i])
	}
}

func TestAGoodClientTakesNoForAnAnswer(t *testing.T) {
	t.Parallel()
	for _, refusal := range []http.HandlerFunc{reply(409, `{"code":"illegal_transition"}`), reply(404, "{}"), reply(422, "no problem")} {
		s := &script{answers: []http.HandlerFunc{refusal}}
		p := replica(t, s)
		response, err := post(t, p, "/api/v1/properties")
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Len(t, s.keys, 1)
	}
	s := &script{answers: []http.HandlerFunc{reply(503, "")}}
	p := replica(t, s)
	response, err := post(t, p, "/api/v1/auth/otp")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Len(t, s.keys, 1, "steps of a login are counted: whoever logs in decides")
}

func TestAGoodClientLogsInAgain(t *testing.T) {
	t.Parallel()
	s := &script{answers: []http.HandlerFunc{reply(401, ""), reply(401, "the refresh token is refused too"), reply(200, "done")}}
	p := replica(t, s)
	p.session = session{"old", "old refresh"}
	p.login = func(context.Context) (session, error) { return session{"new", "new refresh"}, nil }
	response, err := post(t, p, "/api/v1/properties")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Equal(t, session{"new", "new refresh"}, p.current())

	s = &script{answers: []http.HandlerFunc{reply(401, "")}}
	p = replica(t, s)
	p.session.access = "old"
	p.login = func(context.Context) (session, error) { return session{}, errors.New("locked out") }
	response, err = post(t, p, "/api/v1/properties")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusUnauthorized, response.StatusCode)
}

func TestAStreamIsNotAwaited(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	p := replica(t, &script{answers: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "an event")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(over)
	}}})
	p.replica = 1
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, stack.APIURL+"/api/v1/events", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Accept", "text/event-stream")
	response, err := p.Do(request)
	require.NoError(t, err)
	event := make([]byte, len("an event"))
	_, err = io.ReadFull(response.Body, event)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	<-over
}
