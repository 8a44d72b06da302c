package observe

import (
	"context"
	"log/slog"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

// job describes a running job.
type job struct {
	kind    domain.JobKind
	subject string
	attempt int // 1 for the first; 0 if the runner does not count
}

type jobKey struct{}

func jobOf(ctx context.Context) job {
	known, _ := ctx.Value(jobKey{}).(job)
	return known
}

// LogHandler adds to every line the ids of its request, user and trace, and the kind, subject
// and attempt of its job. It never replaces an attribute that the line already has.
func LogHandler(to slog.Handler) slog.Handler { return logHandler{to} }

type logHandler struct{ slog.Handler }

// Handle implements slog.Handler.
func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	present := make(map[string]bool)
	record.Attrs(func(a slog.Attr) bool {
		present[a.Key] = true
		return true
	})
	line := record.Clone()
	add := func(key, value string) {
		if value != "" && !present[key] {
			line.AddAttrs(slog.String(key, value))
		}
	}
	add("request_id", middleware.RequestID(ctx))
	add("user_id", middleware.UserID(ctx))
	add("trace_id", traceID(ctx))
	if known := jobOf(ctx); known.kind != "" {
		add("kind", string(known.kind))
		add("subject", known.subject)
		if !present["attempt"] {
			line.AddAttrs(slog.Int("attempt", known.attempt))
		}
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs implements slog.Handler.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }
