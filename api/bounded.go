package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

// requestTimeout bounds every operation except the stream of events, even if a dependency
// hangs. It starts when the request has been read and ends when the handler returns its
// answer, which may then be written for as long as the connection allows.
const requestTimeout = 15 * time.Second

// lateRetryAfter is the Retry-After of a request that was given up.
const lateRetryAfter = 5 * time.Second

var errLate = errors.New("the request was given up after " + requestTimeout.String())

// bounded limits an operation to requestTimeout. After that it fails with KindUnavailable
// "service_unavailable". The work may have been done nevertheless; a client finds out by
// repeating the request with the same Idempotency-Key.
func bounded(next gen.StrictHandlerFunc, operation string) gen.StrictHandlerFunc {
	if operation == "StreamEvents" {
		return next
	}
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		ctx, giveUp := context.WithCancelCause(ctx) // ends with the request: the answer may be read from it
		late := time.AfterFunc(requestTimeout, func() { giveUp(errLate) })
		defer late.Stop()
		response, err := next(ctx, w, r, request)
		if err != nil && errors.Is(context.Cause(ctx), errLate) {
			err = domain.Unavailable("service", lateRetryAfter, errors.Join(errLate, err))
		}
		return response, err
	}
}
