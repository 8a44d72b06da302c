package observe

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Process observes the requests and jobs of one process. It is a middleware.Watcher.
type Process struct {
	// Metrics counts requests and jobs; nil if metrics are off.
	Metrics *Metrics
	// Traces records traces; nil if they are off.
	Traces *Traces
	// Reports sends faults to Sentry; nil if it is off.
	Reports *Reports
}

// sentryShare is the share of traces that go to Sentry.
const sentryShare = 0.1

// Open returns the parts that the configuration turns on. The caller closes the Process. Error:
// SENTRY_DSN names no project.
func Open(cfg config.Observe, version, commit string, log *slog.Logger) (*Process, error) {
	p := &Process{}
	if cfg.MetricsAddress != "" {
		p.Metrics = NewMetrics(version, commit)
	}
	share := sentryShare
	var to []sdk.SpanExporter
	if cfg.TracesEndpoint != "" {
		share, to = cfg.TracesRate, append(to, logged{NewOTLP(cfg.TracesEndpoint), log})
	}
	if cfg.SentryDSN != "" {
		reports, err := NewReports(cfg.SentryDSN, cfg.Environment, commit, nil)
		if err != nil {
			return nil, err
		}
		project, err := sentryOTLP(cfg.SentryDSN)
		if err != nil {
			return nil, err
		}
		p.Reports, to = reports, append(to, logged{project, log})
	}
	if len(to) > 0 {
		p.Traces = NewTraces(cfg.Environment, version, share, to...)
	}
	return p, nil
}

// closing bounds Close.
const closing = 5 * time.Second

// Close sends the spans and reports that are still queued.
func (p *Process) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return errors.Join(p.Traces.Close(ctx), p.Reports.Close(ctx))
}

var _ middleware.Watcher = (*Process)(nil)

// Begin implements middleware.Watcher. It ignores trace headers of the client, because a client
// must not decide what is recorded.
func (p *Process) Begin(r *http.Request, requestID string) context.Context {
	ctx, _ := p.Traces.begin(context.WithValue(r.Context(), operationKey{}, new(string)), r.Method, trace.SpanKindServer,
		attribute.String("http.request.method", r.Method), attribute.String("propflow.request_id", requestID))
	return ctx
}

// Called implements middleware.Watcher.
func (p *Process) Called(ctx context.Context, operation string) {
	p.Metrics.called(operation)
	if known, ok := ctx.Value(operationKey{}).(*string); ok {
		*known = operation
	}
	trace.SpanFromContext(ctx).SetName(operation)
}

// Failed implements middleware.Watcher.
func (p *Process) Failed(ctx context.Context, err error) {
	what := unknown
	if known, ok := ctx.Value(operationKey{}).(*string); ok && *known != "" {
		what = *known
	}
	p.Reports.report(what, err, middleware.UserID(ctx), map[string]string{"request_id": middleware.RequestID(ctx), "trace_id": traceID(ctx)})
}

// operationKey is the context key of a pointer to the name of the request's operation.
type operationKey struct{}

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

// Continue returns the context for the given attempt at a job that carries a trace.
func (p *Process) Continue(ctx context.Context, carried map[string]string, attempt int) context.Context {
	return context.WithValue(p.Traces.Continue(ctx, carried), jobKey{}, job{attempt: attempt})
}

// Jobs wraps the handlers so that their work is observed. A nil Process returns them unchanged.
func (p *Process) Jobs(handlers map[domain.JobKind]ports.JobHandler) map[domain.JobKind]ports.JobHandler {
	if p == nil {
		return handlers
	}
	watched := make(map[domain.JobKind]ports.JobHandler, len(handlers))
	for kind, handler := range handlers {
		of := ports.JobHandler{Work: p.attempt(kind, handler.Work, done, handler.GiveUp == nil)}
		if handler.GiveUp != nil {
			of.GiveUp = p.attempt(kind, handler.GiveUp, givenUp, false)
		}
		watched[kind] = of
	}
	return watched
}

// errGivenUp is reported for a job that was given up. Its last error is not known here.
var errGivenUp = &domain.Error{Kind: domain.KindInternal, Code: "job_given_up", Message: "the job was given up; the log has its errors"}

// attempt observes one function of a handler, Work or GiveUp; good is its outcome if it returns
// no error. alone means that the handler has no GiveUp: its last attempt is then reported if it
// fails, because no call of GiveUp will follow.
func (p *Process) attempt(kind domain.JobKind, do func(context.Context, string) error, good string, alone bool) func(context.Context, string) error {
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
		last := known.attempt == domain.MaxJobAttempts && alone
		fault := err
		if fault == nil {
			fault = errGivenUp
		}
		if good == givenUp && err == nil || last && err != nil {
			p.Reports.report("job "+string(kind), fault, "",
				map[string]string{"subject": subject, "attempt": strconv.Itoa(known.attempt), "trace_id": traceID(ctx)})
		}
		return err
	}
}

// Messenger counts and traces the messages sent, by channel.
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

// ImageAnalyzer traces the analysis of photos by a service.
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
