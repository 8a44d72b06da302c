package observe

import (
	"context"
	"net/http"
	"time"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Process is what one process tells of its requests and jobs. It is a middleware.Watcher.
type Process struct {
	// Metrics counts; nil for no metrics.
	Metrics *Metrics
}

// Open returns what the configuration asks for. Whoever holds it closes it.
func Open(cfg config.Observe, version, commit string) *Process {
	p := &Process{}
	if cfg.MetricsAddress != "" {
		p.Metrics = NewMetrics(version, commit)
	}
	return p
}

var _ middleware.Watcher = (*Process)(nil)

// Begin implements middleware.Watcher.
func (p *Process) Begin(r *http.Request, _ string) context.Context { return r.Context() }

// Called implements middleware.Watcher.
func (p *Process) Called(_ context.Context, operation string) { p.Metrics.called(operation) }

// Failed implements middleware.Watcher.
func (p *Process) Failed(context.Context, error) {}

// End implements middleware.Watcher.
func (p *Process) End(_ context.Context, done middleware.Done) {
	p.Metrics.answered(done.Operation, done.Status, done.Took)
}

// Jobs watches the handlers at work. A nil Process leaves them as they are.
func (p *Process) Jobs(handlers map[domain.JobKind]ports.JobHandler) map[domain.JobKind]ports.JobHandler {
	if p == nil {
		return handlers
	}
	watched := make(map[domain.JobKind]ports.JobHandler, len(handlers))
	for kind, handler := range handlers {
		watched[kind] = p.job(kind, handler)
	}
	return watched
}

func (p *Process) job(kind domain.JobKind, handler ports.JobHandler) ports.JobHandler {
	watched := ports.JobHandler{Work: func(ctx context.Context, subject string) error {
		outcome, start := failed, time.Now() // a panic is a failure too
		defer func() { p.Metrics.job(kind, outcome, time.Since(start)) }()
		err := handler.Work(ctx, subject)
		if err == nil {
			outcome = done
		}
		return err
	}}
	if handler.GiveUp != nil {
		watched.GiveUp = func(ctx context.Context, subject string) error {
			start := time.Now()
			err := handler.GiveUp(ctx, subject)
			if err == nil {
				p.Metrics.job(kind, givenUp, time.Since(start))
			}
			return err
		}
	}
	return watched
}
