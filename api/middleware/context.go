package middleware

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/domain"
)

type contextKey int

const (
	requestKey contextKey = iota
	identityKey
)

// request collects what becomes known about a request; the access log reads it at the end.
type request struct {
	id        string
	watcher   Watcher      // may be nil
	faulty    atomic.Bool  // the watcher has been called for a fault
	operation atomic.Value // string
	user      atomic.Value // string
}

// RequestID returns the id of the request, or "" outside of one.
func RequestID(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		return r.id
	}
	return ""
}

// NoteOperation records which operation the request calls, for the access log and the watcher.
func NoteOperation(ctx context.Context, operation string) {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		r.operation.Store(operation)
		if r.watcher != nil {
			r.watcher.Called(ctx, operation)
		}
	}
}

// Operation returns the operation that the request calls, or "" if that is not known.
func Operation(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		return text(r.operation.Load())
	}
	return ""
}

// NoteFault reports the request's first server-side fault to the watcher. Later ones are
// ignored, because they follow from the first.
func NoteFault(ctx context.Context, err error) {
	if r, ok := ctx.Value(requestKey).(*request); ok && r.watcher != nil && !r.faulty.Swap(true) {
		r.watcher.Failed(ctx, err)
	}
}

// UserID returns the id of the user named by the request's token, or "" if there is none.
func UserID(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		return text(r.user.Load())
	}
	return ""
}

func (r *request) begin(from *http.Request) context.Context {
	if r.watcher == nil {
		return from.Context()
	}
	return r.watcher.Begin(from, r.id)
}

func (r *request) end(ctx context.Context, status int, took time.Duration) {
	if r.watcher != nil {
		r.watcher.End(ctx, Done{Operation: text(r.operation.Load()), UserID: text(r.user.Load()), Status: status, Took: took})
	}
}

// Caller is the sender of a request: an identity, or the reason why there is none.
type Caller struct {
	Identity domain.Identity
	// Err is a KindUnauthenticated error if there is no valid token.
	Err error
	// Client is the network address of the client.
	Client string
}

// CallerOf returns the sender of the request.
func CallerOf(ctx context.Context) Caller {
	if c, ok := ctx.Value(identityKey).(Caller); ok {
		return c
	}
	return Caller{Err: domain.Unauthenticated("missing_token", "send an access token: Authorization: Bearer …")}
}

// WithCaller returns a context that carries the caller.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, identityKey, c)
}
