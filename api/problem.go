package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// statusOf maps every Kind of failure to its HTTP status.
var statusOf = map[domain.Kind]int{
	domain.KindInvalid:         http.StatusBadRequest,
	domain.KindUnauthenticated: http.StatusUnauthorized,
	domain.KindForbidden:       http.StatusForbidden,
	domain.KindNotFound:        http.StatusNotFound,
	domain.KindConflict:        http.StatusConflict,
	domain.KindStale:           http.StatusPreconditionFailed,
	domain.KindKeyReused:       http.StatusUnprocessableEntity,
	domain.KindTooLarge:        http.StatusRequestEntityTooLarge,
	domain.KindTooMany:         http.StatusTooManyRequests,
	domain.KindUnavailable:     http.StatusServiceUnavailable,
	domain.KindInternal:        http.StatusInternalServerError,
}

// problemWriter answers errors as problem+json (RFC 9457). Details that a client must not learn
// go to the log, under the request id that the client gets.
type problemWriter struct {
	log *slog.Logger
	// stored returns the language that the caller has chosen, if that is known.
	stored func(ctx context.Context) (domain.Language, bool)
	// security records refusals; it may be nil.
	security ports.SecurityRecorder
}

// write answers any error. No other code maps domain errors to statuses.
func (p problemWriter) write(w http.ResponseWriter, r *http.Request, err error) {
	var e *domain.Error
	if !errors.As(err, &e) || e.Kind == domain.KindInternal {
		if r.Context().Err() != nil { // the client has disconnected
			return
		}
		p.log.ErrorContext(r.Context(), "request failed", "request_id", middleware.RequestID(r.Context()), "error", err)
		middleware.NoteFault(r.Context(), err)
		e = &domain.Error{Kind: domain.KindInternal, Code: "internal", Message: "something went wrong; quote the request id"}
	}
	if e.Kind == domain.KindUnavailable {
		p.log.WarnContext(r.Context(), "dependency unavailable", "request_id", middleware.RequestID(r.Context()), "error", err)
		middleware.NoteFault(r.Context(), err)
	}
	p.record(r.Context(), e)
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	p.status(w, r, statusOf[e.Kind], e)
}

// status answers a problem with this status, in the caller's language.
func (p problemWriter) status(w http.ResponseWriter, r *http.Request, status int, e *domain.Error) {
	id, language := middleware.RequestID(r.Context()), p.language(r, status)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Language", string(language))
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	w.WriteHeader(status)
	problem := gen.Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: gen.ProblemCode(e.Code),
		Detail: new(e.Words().In(language)), RequestID: &id,
		Errors: each(e.Fields, func(f domain.FieldError) gen.FieldError {
			return gen.FieldError{Field: f.Field, Rule: f.Rule, Message: f.Words().In(language)}
		}),
	}
	if err := json.NewEncoder(w).Encode(problem); err != nil {
		p.log.DebugContext(r.Context(), "client left before its answer", "request_id", id)
	}
}
