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

// Traces follows requests and jobs through everything they wait for. Attributes are ids,
// names, codes and SQL without its parameters: no address, no body, no link. A nil Traces
// follows nothing.
//
// Only requests and jobs begin traces: what a process does by itself would drown them.
type Traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

const tracerName = "github.com/propflow/propflow"

// NewTraces returns traces of that share (0 to 1) of requests and jobs, which go to each
// exporter in batches. A job shares the fate of the request that enqueued it.
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

// Close sends what was not sent yet.
func (t *Traces) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// begin starts a span of a request or a job.
func (t *Traces) begin(ctx context.Context, name string, kind trace.SpanKind, with ...attribute.KeyValue) (context.Context, trace.Span) {
	if t == nil {
		return ctx, trace.SpanFromContext(ctx)
	}
	return t.tracer.Start(ctx, name, trace.WithSpanKind(kind), trace.WithAttributes(with...))
}

// within starts a span of something that a request or a job waits for; one that records
// nothing outside of them.
func (t *Traces) within(ctx context.Context, name string, with ...attribute.KeyValue) (context.Context, trace.Span) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return ctx, trace.SpanFromContext(context.Background())
	}
	return t.begin(ctx, name, trace.SpanKindClient, with...)
}

// finish ends a span. What an error says may quote data; that there was one is enough.
func finish(span trace.Span, failed bool) {
	if failed {
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// traceID is the id of the trace that ctx is part of, empty outside of one.
func traceID(ctx context.Context) string {
	if s := trace.SpanContextFromContext(ctx); s.IsSampled() {
		return s.TraceID().String()
	}
	return ""
}

// Carry returns what a job must know to go on with the trace that enqueues it
// (www.w3.org/TR/trace-context), nothing outside of one.
func (t *Traces) Carry(ctx context.Context) map[string]string {
	carried := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carried)
	return carried
}

// Continue returns a context within the trace that enqueued a job.
func (t *Traces) Continue(ctx context.Context, carried map[string]string) context.Context {
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier(carried))
}

// Query returns a tracer of PostgreSQL's statements, nil where t is.
func (t *Traces) Query() pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return queries{t}
}

type queries struct{ traces *Traces }

// TraceQueryStart implements pgx.QueryTracer. Parameters stay out.
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

type spanKey struct{}

// statement names a statement: as its file does ("-- name: LockPhoto :one"), or by its verb.
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

// Doer sends HTTP requests, as http.Client does.
type Doer interface {
	Do(r *http.Request) (*http.Response, error)
}

// Calls follows requests to another server, by its name.
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

// Do implements Doer. Addresses and headers stay out: they hold keys of objects, signatures
// and numbers of accounts.
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
