package middleware

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/propflow/propflow/domain"
)

// ErrorWriter answers an error to the client.
type ErrorWriter func(w http.ResponseWriter, r *http.Request, err error)

// Watcher follows requests, for metrics, traces and reports of errors. It learns ids and names
// of operations, nothing of what is asked and answered.
type Watcher interface {
	// Begin is told of a request before anything is done for it. What is done works in the
	// context that it returns, which later calls get too.
	Begin(r *http.Request, requestID string) context.Context
	// Called is told which operation the request calls, where it calls one.
	Called(ctx context.Context, operation string)
	// Failed is told of a fault that the client learns nothing of: a panic, or an error that
	// is answered 5xx.
	Failed(ctx context.Context, err error)
	// End is told what became of the request.
	End(ctx context.Context, done Done)
}

// Done is what became of a request.
type Done struct {
	Operation string // empty where it called none
	UserID    string // empty where nobody was identified
	Status    int
	Took      time.Duration
}

// Observe gives each request an id, answers a panic as an internal error, or breaks the
// connection where the answer has begun, and logs one line per request: operation, status,
// duration and ids, nothing personal. watcher may be nil.
func Observe(log *slog.Logger, newID func() string, fail ErrorWriter, watcher Watcher) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen := &request{id: newID(), watcher: watcher}
			r = r.WithContext(context.WithValue(seen.begin(r), requestKey, seen)) //nolint:contextcheck // it is the request's
			w.Header().Set("X-Request-Id", seen.id)
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			start := time.Now()
			defer func() { //nolint:contextcheck // the request carries it
				broken := recover()
				if broken != nil && broken != http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
					log.ErrorContext(r.Context(), "panic", "request_id", seen.id, "panic", broken, "stack", string(debug.Stack()))
					NoteFault(r.Context(), fmt.Errorf("panic: %v", broken))
					if ww.Status() == 0 {
						fail(ww, r, &domain.Error{Kind: domain.KindInternal, Code: "internal", Message: "something went wrong"})
						broken = nil
					}
				}
				log.InfoContext(r.Context(), "request",
					"request_id", seen.id, "method", r.Method, "operation", text(seen.operation.Load()),
					"user_id", text(seen.user.Load()), "status", ww.Status(), "bytes", ww.BytesWritten(),
					"duration_ms", time.Since(start).Milliseconds())
				seen.end(r.Context(), ww.Status(), time.Since(start))
				if broken != nil {
					panic(http.ErrAbortHandler) //nolint:forbidigo // breaks the connection: half an answer must not pass for a whole one
				}
			}()
			next.ServeHTTP(ww, r)
		})
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
