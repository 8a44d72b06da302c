package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

var rateLimits = []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}

// TestEveryAnswerDeclaresTheHeadersOfMiddleware reads openapi.yaml itself, because the
// generators leave out what middleware sets.
func TestEveryAnswerDeclaresTheHeadersOfMiddleware(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(t, err)
	for id, op := range operations(t, doc) {
		for status, response := range op.Responses.Map() {
			declared := response.Value.Headers
			require.NotNil(t, declared["X-Request-Id"], "%s %s", id, status)
			assert.True(t, declared["X-Request-Id"].Value.Required, "%s %s", id, status)
			for _, name := range rateLimits {
				if strings.HasPrefix(op.path, "/api/") {
					assert.NotNil(t, declared[name], "%s %s: %s", id, status, name)
				}
			}
			if problem := response.Value.Content["application/problem+json"]; problem != nil && slices.Contains([]string{"429", "503"}, status) {
				assert.NotNil(t, declared["Retry-After"], "%s %s", id, status)
			}
		}
	}
}

func TestEveryAnswerHasTheHeadersOfMiddleware(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(o *Options, _ *memory.Ports) { o.Limits = middleware.Limits{PerUser: 2, PerAddress: 1000} })
	token := bearer(f.token(t, domain.RoleCustomer))
	for _, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		w := f.send(http.MethodGet, "/api/v1/me", "", token)
		require.Equal(t, want, w.Code)
		assert.NotEmpty(t, w.Header().Get("X-Request-Id"))
		for _, name := range rateLimits {
			assert.NotEmpty(t, w.Header().Get(name), "%d %s", w.Code, name)
		}
		assert.Equal(t, want == http.StatusTooManyRequests, w.Header().Get("Retry-After") != "")
	}
	w := f.send(http.MethodGet, "/livez", "")
	assert.NotEmpty(t, w.Header().Get("X-Request-Id"))
	assert.Empty(t, w.Header().Get(rateLimits[0]), "probes are not counted")
}
