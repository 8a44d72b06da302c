package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

func TestBodiesOfTheWrongKindAndSize(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	customer, admin, key := bearer(f.token(t, domain.RoleCustomer)), bearer(f.token(t, domain.RoleAdmin)), header{"Idempotency-Key", "k"}
	big := strings.Repeat("x", minBody) // PATCH /api/v1/me takes no more
	tests := map[string]struct {
		answer *httptest.ResponseRecorder
		status int
		code   string
	}{
		"no type":          {f.send(http.MethodPatch, "/api/v1/me", `{"name":"Asha"}`, customer, header{"Content-Type", ""}), 415, "unsupported_media_type"},
		"another type":     {f.send(http.MethodPatch, "/api/v1/me", `{"name":"Asha"}`, customer, header{"Content-Type", "text/plain"}), 415, "unsupported_media_type"},
		"a parameter":      {f.send(http.MethodPatch, "/api/v1/me", `{"name":"Asha"}`, customer, header{"Content-Type", "application/json; charset=utf-8"}), 200, ""},
		"JSON for CSV":     {f.send(http.MethodPost, "/api/v1/comparables/import", `{}`, admin, key), 415, "unsupported_media_type"},
		"at the limit":     {f.send(http.MethodPatch, "/api/v1/me", `"`+big[2:]+`"`, customer), 400, "invalid_input"},
		"over the limit":   {f.send(http.MethodPatch, "/api/v1/me", `"`+big+`"`, customer), 413, "body_too_large"},
		"where none goes":  {f.send(http.MethodPost, property+"/submission", big+big, customer, key), 400, "invalid_input"},
		"with a GET":       {f.send(http.MethodGet, "/api/v1/me", big, customer), 400, "invalid_input"},
		"before the token": {f.send(http.MethodPatch, "/api/v1/me", big+big), 401, "missing_token"},
	}
	for name, test := range tests {
		assert.Equal(t, test.status, test.answer.Code, "%s: %s", name, test.answer.Body)
		if test.code != "" {
			assert.Equal(t, gen.ProblemCode(test.code), problemOf(t, test.answer).Code, name)
		}
	}
}

// endless is a body that does not say how long it is.
type endless struct{ sent int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.sent += len(p)
	return len(p), nil
}

func TestBodiesWithoutALengthAreCutOff(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	for target, want := range map[string]struct{ status, atMost int }{
		property + "/submission":     {400, 1 << 12},
		"/api/v1/consents":           {413, minBody + 1<<12},
		"/api/v1/comparables/import": {413, maxImportBody + 5<<20},
	} {
		body := &endless{}
		r := httptest.NewRequest(http.MethodPost, target, body)
		role := domain.RoleCustomer
		if strings.HasSuffix(target, "import") {
			role = domain.RoleAdmin
			r.Header.Set("Content-Type", "text/csv")
		}
		r.Header.Set("Authorization", "Bearer "+f.token(t, role))
		r.Header.Set("Idempotency-Key", "k")
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		assert.Equal(t, want.status, w.Code, target)
		require.Equal(t, want.status, problemOf(t, w).Status)
		assert.LessOrEqual(t, body.sent, want.atMost, target)
	}
}

// broken is a body whose sender vanishes.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, http.ErrBodyReadAfterClose }

func TestBodiesThatBreakOffAreTheClientsFault(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	r := httptest.NewRequest(http.MethodPatch, "/api/v1/me", broken{})
	r.Header.Set("Authorization", "Bearer "+f.token(t, domain.RoleCustomer))
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	assert.Equal(t, http.StatusBadRequest, w.Code)
	assert.Equal(t, "body", problemOf(t, w).Errors[0].Field)
}
