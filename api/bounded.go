package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

// requestTimeout bounds every operation but the stream of events, whatever hangs behind it.
// It starts once the request has arrived and ends with the answer, which may then stream for
// as long as the connection may write.
const requestTimeout = 15 * time.Second

// lateRetryAfter is what clients are told whose request was given up.
const lateRetryAfter = 5 * time.Second

var errLate = errors.New("the request was given up after " + requestTimeout.String())

// bounded gives an operation its time. Its error after that: KindUnavailable
// "service_unavailable"; what was asked for may have been done all the same, which the
// Idempotency-Key tells.
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
