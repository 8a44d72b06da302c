package observe

import (
	"context"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Traces follows requests and jobs through everything that they wait for. Attributes are ids,
// names, codes and SQL without its parameters, never an address, a body or a link. A nil Traces
// records nothing.
//
// Only requests and jobs begin traces, because the background work of a process would drown
// them.
type Traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

const tracerName = "github.com/propflow/propflow"

// NewTraces returns Traces that records a share (0 to 1) of requests and jobs and sends them to
// each exporter in batches. A job is recorded if the request that enqueued it is.
func NewTraces(environment, version string, share float64, to ...sdk.SpanExporter) *Traces {
	options := []sdk.TracerProviderOption{
		sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(share))),
		sdk.WithResource(resource.NewSchemaless(
			attribute.String("service.name", metricsNamespace), attribute.String("service.version", version),
			attribute.String("deployment.environment.name", environment))),
	}
	for _, exporter := range to {
		options = append(options, sdk.WithBatcher(exporter))
	}
	provider := sdk.NewTracerProvider(options...)
	return &Traces{provider, provider.Tracer(tracerName)}
}

// Close sends the spans that are still queued.
func (t *Traces) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// begin starts the span of a request or a job.
func (t *Traces) begin(ctx context.Context, name string, kind trace.SpanKind, with ...attribute.KeyValue) (context.Context, trace.Span) {
	if t == nil {
		return ctx, trace.SpanFromContext(ctx)
	}
	return t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(with...))
}

// within starts a span of something that a request or a job waits for. Outside of them it
// returns a span that records nothing.
func (t *Traces) within(ctx context.Context, name string, with ...attribute.KeyValue) (context.Context, trace.Span) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, trace.SpanFromContext(context.Background())
	}
	return t.begin(ctx, name, trace.SpanKindClient, with...)
}

// finish ends a span. It records that there was an error, but not its text, which may quote
// data.
func finish(span trace.Span, failed bool) {
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// traceID returns the id of the sampled trace that ctx is part of, or "" if there is none.
func traceID(ctx context.Context) string {
	if s := trace.SpanContextFromContext(ctx); s.IsSampled() {
		return s.TraceID().String()
	}
	return ""
}

// Carry returns the trace of ctx (www.w3.org/TR/trace-context) for a job to carry; it is empty
// outside of a trace.
func (t *Traces) Carry(ctx context.Context) map[string]string {
	carried := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carried)
	return carried
}

// Continue returns a context within the trace that enqueued a job.
func (t *Traces) Continue(ctx context.Context, carried map[string]string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier(carried))
}

// Query returns a tracer of PostgreSQL statements, or nil if t is nil.
func (t *Traces) Query() pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return queries{t}
}

type queries struct{ traces *Traces }

// TraceQueryStart implements pgx.QueryTracer. It records no parameters.
func (q queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	ctx, span := q.traces.within(ctx, "postgres "+statement(data.SQL), attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", data.SQL))
	return context.WithValue(ctx, spanKey{}, span)
}

// TraceQueryEnd implements pgx.QueryTracer.
func (q queries) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if span, ok := ctx.Value(spanKey{}).(trace.Span); ok {
		finish(span, data.Err != nil)
	}
}

// TraceBatchStart implements pgx.BatchTracer: BEGIN travels with the first statement, and others with
// COMMIT. The span is that of the first statement but BEGIN.
func (q queries) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	statements := data.Batch.QueuedQueries
	if len(statements) > 1 && statements[0].SQL == "begin" {
		statements = statements[1:]
	}
	return q.TraceQueryStart(ctx, conn, pgx.TraceQueryStartData{SQL: statements[0].SQL})
}

// TraceBatchQuery implements pgx.BatchTracer.
func (queries) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (q queries) TraceBatchEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchEndData) {
	q.TraceQueryEnd(ctx, conn, pgx.TraceQueryEndData{Err: data.Err})
}

type spanKey struct{}

// statement returns the name of a statement ("-- name: LockPhoto :one"), or its first word.
func statement(sql string) string {
	words := strings.Fields(sql)
	switch {
	case len(words) > 2 && words[0] == "--" && words[1] == "name:":
		return words[2]
	case len(words) > 0:
		return strings.ToUpper(words[0])
	}
	return ""
}

// Doer sends HTTP requests, for example http.Client.
type Doer interface {
	Do(r *http.Request) (*http.Response, error)
}

// Calls traces requests to another server under its name.
func (t *Traces) Calls(server string, client Doer) Doer {
	if t == nil {
		return client
	}
	return calls{t, server, client}
}

type calls struct {
	traces *Traces
	server string
	client Doer
}

// Do implements Doer. It records no addresses and headers, because they contain keys of objects,
// signatures and account numbers.
func (c calls) Do(r *http.Request) (*http.Response, error) {
	ctx, span := c.traces.within(r.Context(), r.Method+" "+c.server,
		attribute.String("http.request.method", r.Method), attribute.String("server.address", c.server))
	answer, err := c.client.Do(r.WithContext(ctx))
	if err == nil {
		span.SetAttributes(attribute.Int("http.response.status_code", answer.StatusCode))
	}
	finish(span, err != nil || answer.StatusCode >= http.StatusInternalServerError)
	return answer, err
}
