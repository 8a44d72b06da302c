package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// sentry records what is sent to it.
type sentry struct {
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	urls   []string
}

func (s *sentry) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies, s.heads, s.urls = append(s.bodies, string(body)), append(s.heads, r.Header), append(s.urls, r.URL.String())
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{}`))}, err
}

// event is one as Sentry reads it.
type event struct {
	EventID, Release, Environment, Transaction string
	Tags, User                                 map[string]string
	Exception                                  []struct {
		Type, Value string
		Stacktrace  struct {
			Frames []struct {
				Function string
				InApp    bool `json:"in_app"`
			}
		}
	}
}

func eventOf(t *testing.T, envelope string) (e event) {
	t.Helper()
	parts := strings.Split(strings.TrimSuffix(envelope, "\n"), "\n")
	require.Len(t, parts, 3)
	assert.JSONEq(t, fmt.Sprintf(`{"type":"event","length":%d}`, len(parts[2])), parts[1])
	require.NoError(t, json.Unmarshal([]byte(parts[2]), &e))
	return e
}

func TestFaultsAreReportedWithoutPersonalData(t *testing.T) {
	t.Parallel()
	var to sentry
	reports, err := observe.NewReports("https://key@sentry.example/42", "production", "abc123", &to)
	require.NoError(t, err)
	p := &observe.Process{Reports: reports}
	fault := fmt.Errorf("send to %s (asha@example.in): GET /photos?X-Amz-Signature=s3cr3t: eyJhbGciOi.eyJzdWI.sig", secret)
	fail := func(w http.ResponseWriter, r *http.Request, err error) {
		middleware.NoteFault(r.Context(), err)
		w.WriteHeader(http.StatusInternalServerError)
	}
	serve := func(h http.HandlerFunc) {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/photos/1?otp=123456", strings.NewReader("body "+secret))
		r.Header.Set("Authorization", "Bearer eyJx.y.z")
		middleware.Observe(slog.New(slog.DiscardHandler), func() string { return "request-1" }, fail, p)(h).ServeHTTP(httptest.NewRecorder(), r)
	}
	serve(func(w http.ResponseWriter, r *http.Request) {
		middleware.NoteOperation(r.Context(), "completePhoto")
		fail(w, r, fault)
	})
	serve(func(http.ResponseWriter, *http.Request) { panickingly() })
	serve(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	require.NoError(t, p.Close())
	p.Failed(t.Context(), fault) // too late, and harmless

	require.Len(t, to.bodies, 2, "one for each, and none for what clients do wrong")
	assert.Equal(t, "https://sentry.example/api/42/envelope/", to.urls[0])
	assert.Contains(t, to.heads[0].Get("X-Sentry-Auth"), "sentry_key=key")
	e := eventOf(t, to.bodies[0])
	assert.Equal(t, "completePhoto", e.Transaction)
	assert.Equal(t, "abc123", e.Release)
	assert.Equal(t, "production", e.Environment)
	assert.Equal(t, map[string]string{"request_id": "request-1"}, e.Tags)
	assert.Equal(t, "send to [removed] [removed] GET /photos[removed] [removed]", e.Exception[0].Value)
	for _, body := range to.bodies {
		for _, never := range []string{"9811100001", "asha", "s3cr3t", "eyJ", "otp", "123456", "body "} {
			assert.NotContains(t, body, never)
		}
	}
	e = eventOf(t, to.bodies[1])
	assert.Equal(t, "panic: boom", e.Exception[0].Value)
	var ours []string
	for _, f := range e.Exception[0].Stacktrace.Frames {
		if f.InApp {
			ours = append(ours, f.Function)
		}
	}
	assert.Contains(t, strings.Join(ours, "\n"), "panickingly", "where it broke")
}

func panickingly() { panic("boom") }

func TestJobsGivenUpAreReported(t *testing.T) {
	t.Parallel()
	var to sentry
	reports, err := observe.NewReports("https://key@sentry.example/under/42", "production", "abc123", &to)
	require.NoError(t, err)
	p := &observe.Process{Reports: reports}
	fails := func(context.Context, string) error { return errors.New("no") }
	jobs := p.Jobs(map[domain.JobKind]ports.JobHandler{
		domain.JobInspectPhoto: {Work: fails, GiveUp: func(context.Context, string) error { return nil }},
		domain.JobSendDigest:   {Work: fails},
	})
	for attempt := 1; attempt <= domain.MaxJobAttempts; attempt++ {
		ctx := p.Continue(t.Context(), nil, attempt)
		for _, handler := range jobs {
			require.Error(t, handler.Work(ctx, "s-1"))
		}
	}
	require.NoError(t, jobs[domain.JobInspectPhoto].GiveUp(p.Continue(t.Context(), nil, domain.MaxJobAttempts+1), "s-1"))
	require.NoError(t, p.Close())
	require.Len(t, to.bodies, 2, "once each, not at every attempt")
	assert.Equal(t, "https://sentry.example/under/api/42/envelope/", to.urls[0])
	digest, photo := eventOf(t, to.bodies[0]), eventOf(t, to.bodies[1])
	assert.Equal(t, "job send_digest", digest.Transaction)
	assert.Equal(t, map[string]string{"subject": "s-1", "attempt": "8"}, digest.Tags)
	assert.Equal(t, "job inspect_photo", photo.Transaction)
	assert.Equal(t, "job_given_up", photo.Exception[0].Type)
}

func TestOpenTakesWhatIsConfigured(t *testing.T) {
	t.Parallel()
	off, err := observe.Open(config.Observe{}, "", "", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	assert.Equal(t, &observe.Process{}, off)
	require.NoError(t, off.Close())

	_, err = observe.Open(config.Observe{SentryDSN: "https://key@sentry.example"}, "", "", slog.New(slog.DiscardHandler))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "key@")

	c := newCollector(t)
	on, err := observe.Open(config.Observe{
		MetricsAddress: ":9", TracesEndpoint: c.URL, TracesRate: 1, SentryDSN: strings.Replace(c.URL, "//", "//key@", 1) + "/42",
	}, "1.2.3", "abc", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	assert.NotNil(t, on.Metrics)
	uploads(t, on, slog.New(slog.DiscardHandler))
	require.NoError(t, errors.Join(on.Close()))
	assert.NotEmpty(t, c.spans["completePhoto"])
}

func TestACollectorThatIsDownIsLogged(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	c.Close()
	var out bytes.Buffer
	p, err := observe.Open(config.Observe{TracesEndpoint: c.URL, TracesRate: 1}, "", "", slog.New(slog.NewJSONHandler(&out, nil)))
	require.NoError(t, err)
	uploads(t, p, slog.New(slog.DiscardHandler))
	require.NoError(t, p.Close())
	require.NotEmpty(t, out.Bytes())
	for line := range bytes.Lines(out.Bytes()) { // one for each time that spans were due
		var said map[string]any
		require.NoError(t, json.Unmarshal(line, &said))
		assert.Equal(t, "spans are lost", said["msg"])
	}
}
