package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[domain.Kind]int{
		domain.KindInvalid: 400, domain.KindUnauthenticated: 401, domain.KindForbidden: 403, domain.KindNotFound: 404,
		domain.KindConflict: 409, domain.KindStale: 412, domain.KindTooLarge: 413, domain.KindKeyReused: 422,
		domain.KindTooMany: 429, domain.KindInternal: 500, domain.KindUnavailable: 503,
	}
	assert.Len(t, want, len(domain.Kinds))
	for _, kind := range domain.Kinds {
		w := httptest.NewRecorder()
		problemWriter{log: slog.New(slog.DiscardHandler)}.write(w, httptest.NewRequest(http.MethodGet, "/", nil), &domain.Error{
			Kind: kind, Code: "some_code", Message: "what went wrong",
		})
		problem := problemOf(t, w)
		assert.Equal(t, want[kind], w.Code, kind)
		assert.Equal(t, http.StatusText(w.Code), problem.Title, kind)
		assert.Equal(t, "about:blank", problem.Type, kind)
		if kind != domain.KindInternal {
			assert.Equal(t, gen.ProblemCode("some_code"), problem.Code, kind)
			assert.Equal(t, "what went wrong", *problem.Detail, kind)
		}
	}
	assert.Len(t, statusOf, len(domain.Kinds))
}

func TestProblemsSayNothingOfTheirCause(t *testing.T) {
	t.Parallel()
	secret := errors.New("pq: password authentication failed for user propflow")
	for name, err := range map[string]error{
		"unknown":     secret,
		"wrapped":     fmt.Errorf("save: %w", secret),
		"internal":    &domain.Error{Kind: domain.KindInternal, Code: "pq_28P01", Message: secret.Error(), Cause: secret},
		"unavailable": domain.Unavailable("database", 2500*time.Millisecond, secret),
	} {
		var log bytes.Buffer
		w := httptest.NewRecorder()
		problemWriter{log: slog.New(slog.NewTextHandler(&log, nil))}.write(w, httptest.NewRequest(http.MethodGet, "/", nil), err)
		body := w.Body.String()
		problemOf(t, w)
		assert.NotContains(t, body, "pq", name)
		assert.NotContains(t, body, "password", name)
		assert.Contains(t, log.String(), secret.Error(), "%s: what the client may not know must be logged", name)
	}
}

func TestProblemsSayWhenToComeBackAndWhatToShow(t *testing.T) {
	t.Parallel()
	answer := func(err error) http.Header {
		w := httptest.NewRecorder()
		problemWriter{log: slog.New(slog.DiscardHandler)}.write(w, httptest.NewRequest(http.MethodGet, "/", nil), err)
		return w.Header()
	}
	assert.Equal(t, "3", answer(domain.Unavailable("database", 2100*time.Millisecond, nil)).Get("Retry-After"), "rounded up")
	assert.Empty(t, answer(domain.Unavailable("database", 0, nil)).Get("Retry-After"))
	assert.Equal(t, "Bearer", answer(domain.Unauthenticated("missing_token", "")).Get("WWW-Authenticate"))
	assert.Empty(t, answer(domain.NotFound("property")).Get("WWW-Authenticate"))
}

func TestProblemsNameFieldsRulesAndRequest(t *testing.T) {
	t.Parallel()
	var v domain.Violations
	v.Require(false, "address.pincode", "pattern", "must be six digits")
	f := newFace(t)
	w := f.send(http.MethodPatch, "/api/v1/me", `{"name":"  \t "}`, bearer(f.token(t, domain.RoleCustomer)))
	problem := problemOf(t, w)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	require.Len(t, problem.Errors, 1)
	assert.Equal(t, "name", problem.Errors[0].Field)
	require.NotNil(t, problem.RequestID)
	assert.Equal(t, w.Header().Get("X-Request-Id"), *problem.RequestID)
	assert.Contains(t, f.log.String(), *problem.RequestID)
}

func TestNobodyIsAnsweredWhoHasGone(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(context.Background())
	leave()
	var log bytes.Buffer
	w := httptest.NewRecorder()
	problemWriter{log: slog.New(slog.NewTextHandler(&log, nil))}.write(w, httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx), context.Canceled)
	assert.Zero(t, w.Body.Len())
	assert.Empty(t, log.String(), "a client that leaves is no fault of ours")
}
