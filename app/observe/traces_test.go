package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// span is one as a collector reads it.
type span struct {
	TraceID, SpanID, ParentSpanID, Name string
	Kind                                int
	Attributes                          []struct {
		Key   string
		Value struct{ StringValue, IntValue string }
	}
	Status struct{ Code int }
}

// collector takes OTLP over HTTP.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	raw   strings.Builder
	spans map[string]span // by name
}

func newCollector(t *testing.T) *collector {
	c := &collector{spans: make(map[string]span)}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" || err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.raw.Write(body)
		var data struct {
			ResourceSpans []struct {
				ScopeSpans []struct{ Spans []span }
			}
		}
		assert.NoError(t, json.Unmarshal(body, &data))
		for _, s := range data.ResourceSpans[0].ScopeSpans[0].Spans {
			c.spans[s.Name] = s
		}
	}))
	t.Cleanup(c.Close)
	return c
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

// secret stands for all that no trace may hold.
const secret = "+919811100001"

// uploads does what a request does that enqueues a job, and the job.
func uploads(t *testing.T, p *observe.Process, log *slog.Logger) {
	t.Helper()
	query := func(ctx context.Context, sql string, err error) {
		ctx = p.Traces.Query().TraceQueryStart(ctx, nil, pgx.TraceQueryStartData{SQL: sql, Args: []any{secret}})
		p.Traces.Query().TraceQueryEnd(ctx, nil, pgx.TraceQueryEndData{Err: err})
	}
	first := func(ctx context.Context, sql string) {
		batch := &pgx.Batch{}
		batch.BeginTx(pgx.TxOptions{})
		batch.Queue(sql, secret)
		tracer, ok := p.Traces.Query().(pgx.BatchTracer)
		if assert.True(t, ok) {
			tracer.TraceBatchEnd(tracer.TraceBatchStart(ctx, nil, pgx.TraceBatchStartData{Batch: batch}), nil, pgx.TraceBatchEndData{})
		}
	}
	var carried map[string]string
	handler := middleware.Observe(log, func() string { return "request-1" }, nil, p)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		middleware.NoteOperation(r.Context(), "completePhoto")
		first(r.Context(), "-- name: LockPhoto :one\nSELECT 1")
		command := p.Traces.Commands().ProcessHook(func(context.Context, redis.Cmder) error { return redis.Nil })
		assert.ErrorIs(t, command(r.Context(), redis.NewStringCmd(r.Context(), "get", secret)), redis.Nil)
		pipeline := p.Traces.Commands().ProcessPipelineHook(func(context.Context, []redis.Cmder) error { return nil })
		assert.NoError(t, pipeline(r.Context(), []redis.Cmder{redis.NewStringCmd(r.Context(), "get", secret)}))
		_, err := p.ImageAnalyzer(vision.Off{}).Analyze(r.Context(), []byte(secret))
		assert.NoError(t, err)
		carried = p.Traces.Carry(r.Context())
		w.WriteHeader(http.StatusAccepted)
	}))
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/api/v1/photos/1?phone="+secret, nil))

	jobs := p.Jobs(map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: {Work: func(ctx context.Context, _ string) error {
		s3 := p.Traces.Calls("s3", doer(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNotFound}, nil
		}))
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://s3/"+secret, nil)
		require.NoError(t, err)
		_, err = s3.Do(r)
		require.NoError(t, err)
		query(ctx, "begin", errors.New(secret))
		log.WarnContext(ctx, "odd", "subject", "its own")
		return errors.New(secret)
	}}})
	ctx := p.Continue(context.Background(), carried, 2)
	require.Error(t, jobs[domain.JobInspectPhoto].Work(ctx, "photo-1"))
	query(context.Background(), "SELECT 'nobody asked'", nil)
}

func TestOneTraceFromARequestThroughItsJob(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	var out bytes.Buffer
	log := slog.New(observe.LogHandler(slog.NewJSONHandler(&out, nil))).With("part", "worker")
	p := &observe.Process{Traces: observe.NewTraces("test", "1.2.3", 1, observe.NewOTLP(c.URL+"/"))}
	uploads(t, p, log)
	require.NoError(t, p.Close())

	assert.Len(t, c.spans, 8, "and none for a statement that nobody asked for")
	request, job := c.spans["completePhoto"], c.spans["job inspect_photo"]
	require.NotEmpty(t, request.SpanID)
	for name, want := range map[string]struct {
		parent       string
		kind, status int
	}{
		"completePhoto": {"", 2, 0}, "postgres LockPhoto": {request.SpanID, 3, 0}, "redis get": {request.SpanID, 3, 0}, "redis pipeline": {request.SpanID, 3, 0},
		"analyse image":     {request.SpanID, 3, 0},
		"job inspect_photo": {request.SpanID, 5, 2}, "GET s3": {job.SpanID, 3, 0}, "postgres BEGIN": {job.SpanID, 3, 2},
	} {
		got := c.spans[name]
		assert.Equal(t, request.TraceID, got.TraceID, name)
		assert.Equal(t, want.parent, got.ParentSpanID, name)
		assert.Equal(t, want.kind, got.Kind, name)
		assert.Equal(t, want.status, got.Status.Code, name)
	}
	assert.NotContains(t, c.raw.String(), secret)
	assert.Contains(t, c.raw.String(), `{"key":"http.response.status_code","value":{"intValue":"202"}}`)
	assert.Contains(t, c.raw.String(), `{"key":"deployment.environment.name","value":{"stringValue":"test"}}`)

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	assert.Contains(t, lines[0], `"part":"worker"`)
	assert.Contains(t, lines[0], `"request_id":"request-1"`)
	assert.Equal(t, 1, strings.Count(lines[0], `"request_id"`))
	assert.Contains(t, lines[0], `"trace_id":"`+request.TraceID+`"`)
	assert.Contains(t, lines[1], `"subject":"its own","trace_id":"`+request.TraceID+`","kind":"inspect_photo","attempt":2}`)
	assert.NotContains(t, out.String(), secret)
}

func TestAShareOfTracesIsWhole(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	p := &observe.Process{Traces: observe.NewTraces("test", "", 0, observe.NewOTLP(c.URL))}
	var out bytes.Buffer
	uploads(t, p, slog.New(observe.LogHandler(slog.NewJSONHandler(&out, nil)).WithGroup("")))
	require.NoError(t, p.Close())
	assert.Empty(t, c.spans, "the job of a request that is not traced is not either")
	assert.NotContains(t, out.String(), "trace_id")
}

func TestNoTraces(t *testing.T) {
	t.Parallel()
	var off *observe.Traces
	assert.Nil(t, off.Query())
	assert.Nil(t, off.Commands())
	assert.Empty(t, off.Carry(t.Context()))
	d := &http.Client{}
	assert.Same(t, d, off.Calls("s3", d))
	require.NoError(t, off.Close(t.Context()))

	down := observe.NewOTLP("http://127.0.0.1:1")
	require.NoError(t, down.ExportSpans(t.Context(), nil))
	traces := observe.NewTraces("", "", 1, down)
	p := &observe.Process{Traces: traces}
	uploads(t, p, slog.New(slog.DiscardHandler))
	_ = p.Close() // a collector that is down is nobody's fault here: nothing panics, nothing hangs
}
