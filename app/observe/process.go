package observe

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Process is what one process tells of its requests and jobs. It is a middleware.Watcher.
type Process struct {
	// Metrics counts; nil for no metrics.
	Metrics *Metrics
	// Traces follows; nil for no traces.
	Traces *Traces
}

// Open returns what the configuration asks for. Whoever holds it closes it.
func Open(cfg config.Observe, version, commit string) *Process {
	p := &Process{}
	if cfg.MetricsAddress != "" {
		p.Metrics = NewMetrics(version, commit)
	}
	if cfg.TracesEndpoint != "" {
		p.Traces = NewTraces(NewOTLP(cfg.TracesEndpoint), cfg.Environment, version, cfg.TracesRate)
	}
	return p
}

// closing bounds Close.
const closing = 5 * time.Second

// Close sends what was not sent yet.
func (p *Process) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return p.Traces.Close(ctx)
}

var _ middleware.Watcher = (*Process)(nil)

// Begin implements middleware.Watcher. A trace that the client names is not gone on with:
// strangers do not decide what is recorded.
func (p *Process) Begin(r *http.Request, requestID string) context.Context {
	ctx, _ := p.Traces.begin(r.Context(), r.Method, trace.SpanKindServer,
		attribute.String("http.request.method", r.Method), attribute.String("propflow.request_id", requestID))
	return ctx
}

// Called implements middleware.Watcher.
func (p *Process) Called(ctx context.Context, operation string) {
	p.Metrics.called(operation)
	trace.SpanFromContext(ctx).SetName(operation)
}

// Failed implements middleware.Watcher.
func (p *Process) Failed(context.Context, error) {}

// End implements middleware.Watcher.
func (p *Process) End(ctx context.Context, done middleware.Done) {
	p.Metrics.answered(done.Operation, done.Status, done.Took)
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attribute.Int("http.response.status_code", done.Status))
	if done.UserID != "" {
		span.SetAttributes(attribute.String("user.id", done.UserID))
	}
	finish(span, done.Status >= http.StatusInternalServerError)
}

// Continue returns the context of the n-th attempt at a job that carries this.
func (p *Process) Continue(ctx context.Context, carried map[string]string, attempt int) context.Context {
	return context.WithValue(p.Traces.Continue(ctx, carried), jobKey{}, job{attempt: attempt})
}

// Jobs watches the handlers at work. A nil Process leaves them as they are.
func (p *Process) Jobs(handlers map[domain.JobKind]ports.JobHandler) map[domain.JobKind]ports.JobHandler {
	if p == nil {
		return handlers
	}
	watched := make(map[domain.JobKind]ports.JobHandler, len(handlers))
	for kind, handler := range handlers {
		of := ports.JobHandler{Work: p.attempt(kind, handler.Work, done)}
		if handler.GiveUp != nil {
			of.GiveUp = p.attempt(kind, handler.GiveUp, givenUp)
		}
		watched[kind] = of
	}
	return watched
}

// attempt watches one half of a handler, whose outcome is good unless it fails or panics.
func (p *Process) attempt(kind domain.JobKind, do func(context.Context, string) error, good string) func(context.Context, string) error {
	return func(ctx context.Context, subject string) (err error) {
		known := jobOf(ctx)
		known.kind, known.subject = kind, subject
		ctx = context.WithValue(ctx, jobKey{}, known)
		ctx, span := p.Traces.begin(ctx, "job "+string(kind), trace.SpanKindConsumer,
			attribute.String("propflow.job.subject", subject), attribute.Int("propflow.job.attempt", known.attempt))
		outcome, start := failed, time.Now()
		defer func() {
			p.Metrics.job(kind, outcome, time.Since(start))
			if p.Traces != nil {
				finish(span, outcome == failed)
			}
		}()
		if err = do(ctx, subject); err == nil {
			outcome = good
		}
		return err
	}
}

// Messenger watches messages on their way, by channel.
func (p *Process) Messenger(to ports.Messenger) ports.Messenger { return messenger{to, p} }

type messenger struct {
	to    ports.Messenger
	watch *Process
}

// Send implements ports.Messenger.
func (m messenger) Send(ctx context.Context, message domain.Message) (string, error) {
	ctx, span := m.watch.Traces.within(ctx, "send "+string(message.Channel))
	id, err := m.to.Send(ctx, message)
	finish(span, err != nil)
	m.watch.Metrics.sent(message.Channel, err)
	return id, err
}

// ImageAnalyzer watches photos on their way to a service.
func (p *Process) ImageAnalyzer(by ports.ImageAnalyzer) ports.ImageAnalyzer { return analyzer{by, p} }

type analyzer struct {
	by    ports.ImageAnalyzer
	watch *Process
}

// Analyze implements ports.ImageAnalyzer.
func (a analyzer) Analyze(ctx context.Context, jpeg []byte) (domain.ImageAnalysis, error) {
	ctx, span := a.watch.Traces.within(ctx, "analyse image")
	analysis, err := a.by.Analyze(ctx, jpeg)
	finish(span, err != nil && !errors.Is(err, context.Canceled))
	return analysis, err
}
