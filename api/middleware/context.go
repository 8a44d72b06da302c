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

// request is what is known of a request on its way; the access log reads it at the end.
type request struct {
	id        string
	watcher   Watcher      // nil where nobody watches
	faulty    atomic.Bool  // the watcher was told of a fault
	operation atomic.Value // string
	user      atomic.Value // string
}

// RequestID returns the id of the request, empty outside of one.
func RequestID(ctx context.Context) string {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		return r.id
	}
	return ""
}

// NoteOperation tells the access log which operation the request calls.
func NoteOperation(ctx context.Context, operation string) {
	if r, ok := ctx.Value(requestKey).(*request); ok {
		r.operation.Store(operation)
		if r.watcher != nil {
			r.watcher.Called(ctx, operation)
		}
	}
}

// NoteFault tells whoever watches of the first fault of ours that the request met: those that
// follow come of it.
func NoteFault(ctx context.Context, err error) {
	if r, ok := ctx.Value(requestKey).(*request); ok && r.watcher != nil && !r.faulty.Swap(true) {
		r.watcher.Failed(ctx, err)
	}
}

// UserID returns the id of the user whom the request's token names, empty where it names none.
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

// Caller is who a request comes from: an identity, or why there is none.
type Caller struct {
	Identity domain.Identity
	// Err is a KindUnauthenticated error where there is no valid token.
	Err error
	// Client is the network address of the client.
	Client string
}

// CallerOf returns who the request comes from.
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
