package middleware

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/propflow/propflow/domain"
)

// ErrorWriter answers an error to the client.
type ErrorWriter func(w http.ResponseWriter, r *http.Request, err error)

// Observe gives each request an id, answers a panic as an internal error, or breaks the
// connection where the answer has begun, and logs one line per request: operation, status,
// duration and ids, nothing personal.
func Observe(log *slog.Logger, newID func() string, fail ErrorWriter) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen := &request{id: newID()}
			r = r.WithContext(context.WithValue(r.Context(), requestKey, seen))
			w.Header().Set("X-Request-Id", seen.id)
			ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
			start := time.Now()
			defer func() { //nolint:contextcheck // the request carries it
				broken := recover()
				if broken != nil && broken != http.ErrAbortHandler { //nolint:errorlint // a panic's value, compared as net/http does
					log.ErrorContext(r.Context(), "panic", "request_id", seen.id, "panic", broken, "stack", string(debug.Stack()))
					if ww.Status() == 0 {
						fail(ww, r, &domain.Error{Kind: domain.KindInternal, Code: "internal", Message: "something went wrong"})
						broken = nil
					}
				}
				log.InfoContext(r.Context(), "request",
					"request_id", seen.id, "method", r.Method, "operation", text(seen.operation.Load()),
					"user_id", text(seen.user.Load()), "status", ww.Status(), "bytes", ww.BytesWritten(),
					"duration_ms", time.Since(start).Milliseconds())
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
