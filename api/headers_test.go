package api

import (
	"crypto/sha256"
	"encoding/base64"
	"mime"
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

// TestEveryAnswerForbidsBrowsersWhatTheyNeedNot looks at an answer of each sort.
func TestEveryAnswerForbidsBrowsersWhatTheyNeedNot(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(o *Options, _ *memory.Ports) { o.PublicURL = "https://api.example.in" })
	for _, path := range []string{"/api/v1/status", "/api/v1/me", "/api/v1/nowhere", "/livez", "/health", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui.css"} {
		h := f.send(http.MethodGet, path, "").Header()
		policy := h.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'", path)
		assert.Contains(t, policy, "frame-ancestors 'none'", path)
		assert.Equal(t, strings.HasPrefix(path, "/docs/"), strings.Contains(policy, "'unsafe-inline'"), path)
		assert.NotRegexp(t, `script-src[^;]*unsafe`, policy, path)
		assert.Equal(t, "max-age=63072000; includeSubDomains", h.Get("Strict-Transport-Security"), path)
		assert.Equal(t, !strings.HasPrefix(path, "/docs/"), h.Get("Content-Disposition") == `attachment; filename="api.json"`, "%s: only pages are shown", path)
		for name, values := range h {
			assert.NotContains(t, []string{"Server", "X-Powered-By", "Via"}, name, path)
			assert.NotRegexp(t, `(?i)go-|golang|chi/|swagger|1\.2\.3|3f2a91c`, strings.Join(values, " "), "%s: %s names a version or a library", path, name)
		}
	}
	plain := newFace(t, func(o *Options, _ *memory.Ports) { o.PublicURL = "http://localhost:8000" })
	assert.Empty(t, plain.send(http.MethodGet, "/livez", "").Header().Get("Strict-Transport-Security"), "https may not work there")
}

// TestThePageOfTheDocumentMayRunItsOwnScripts compares its policy with what is written into it.
func TestThePageOfTheDocumentMayRunItsOwnScripts(t *testing.T) {
	t.Parallel()
	w := newFace(t).send(http.MethodGet, "/docs/", "")
	policy := w.Header().Get("Content-Security-Policy")
	scripts := inlineScript.FindAllStringSubmatch(w.Body.String(), -1)
	require.NotEmpty(t, scripts)
	for _, script := range scripts {
		sum := sha256.Sum256([]byte(script[1]))
		assert.Contains(t, policy, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	assert.NotRegexp(t, `\son[a-z]+=`, w.Body.String(), "a handler in an attribute would not run")
	assert.NotRegexp(t, `(src|href)="https?://`, w.Body.String(), "nothing comes from elsewhere")
}

// TestEveryAnswerNamesItsType looks at an answer of each sort: a browser that must guess may guess a page.
func TestEveryAnswerNamesItsType(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	token := bearer(f.token(t, domain.RoleCustomer))
	for _, path := range []string{"/api/v1/status", "/api/v1/me", "/api/v1/queue", "/api/v1/nowhere", "/health", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui.css", "/docs/none"} {
		w := f.send(http.MethodGet, path, "", token)
		kind, parameters, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
		require.NoError(t, err, path)
		assert.NotEmpty(t, w.Body.String(), path)
		if strings.HasPrefix(kind, "text/") {
			assert.Equal(t, "utf-8", strings.ToLower(parameters["charset"]), path)
		}
	}
	w := f.send(http.MethodGet, "/livez", "")
	assert.Equal(t, w.Body.Len() > 0, w.Header().Get("Content-Type") != "", "only what has no body needs no type")
}

// TestNoOtherSiteMayReadAnAnswer: pages of the application are of its own origin, so no origin is allowed
// anything, "null" among them.
func TestNoOtherSiteMayReadAnAnswer(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	token := bearer(f.token(t, domain.RoleCustomer))
	for _, origin := range []string{"https://evil.example", "null", "https://capture.example.in"} {
		for _, method := range []string{http.MethodGet, http.MethodOptions} {
			w := f.send(method, "/api/v1/me", "", token, header{"Origin", origin}, header{"Access-Control-Request-Method", "GET"})
			for name := range w.Header() {
				assert.False(t, strings.HasPrefix(name, "Access-Control-"), "%s by %s: %s", origin, method, name)
			}
		}
	}
}
