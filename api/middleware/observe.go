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

// Watcher follows requests, for metrics, traces and error reports. It gets ids and names of
// operations, never the content of a request or an answer.
type Watcher interface {
	// Begin is called before anything else is done for a request. The request is handled in the
	// context that it returns, which the later calls get too.
	Begin(r *http.Request, requestID string) context.Context
	// Called is called when the request's operation is known, which may never happen.
	Called(ctx context.Context, operation string)
	// Failed is called for a fault whose details the client does not see: a panic, or an error
	// that is answered 5xx.
	Failed(ctx context.Context, err error)
	// End is called when the request has been answered.
	End(ctx context.Context, done Done)
}

// Done is the outcome of a request.
type Done struct {
	Operation string // empty if it called none
	UserID    string // empty without a valid token
	Status    int
	Took      time.Duration
}

// Observe gives each request an id and logs one line for it: operation, status, duration and
// ids, nothing personal. It answers a panic as an internal error, or breaks the connection if
// the answer has begun. watcher may be nil.
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
