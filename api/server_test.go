package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

func TestUnknownAddressesAndMethods(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	token := bearer(f.token(t, domain.RoleCustomer))
	for target, allow := range map[string]string{
		"GET /nothing": "", "GET /api/v1": "", "GET /api/v1/me/": "", "GET //api/v1/me": "", "POST /openapi.json": "",
		"GET /api/v1/%6De":                              "", // one router reads /me, the other does not
		"GET /api/v1/properties/x%2Faudit":              "",
		"GET /api/v1/properties" + someID + "%2Freport": "",
		"PUT /api/v1/me":                                "GET, HEAD, PATCH, DELETE",
		"HEAD /api/v1/auth/otp":                         "POST",
		"OPTIONS /api/v1/properties":                    "GET, HEAD, POST",
		"BREW " + property:                              "GET, HEAD, PATCH, DELETE",
	} {
		method, path, _ := strings.Cut(target, " ")
		w := f.send(method, path, "", token)
		problem := problemOf(t, w)
		if allow == "" {
			assert.Equal(t, 404, w.Code, target)
			assert.Equal(t, gen.ProblemCodeNoSuchOperation, problem.Code, target)
			continue
		}
		assert.Equal(t, 405, w.Code, target)
		assert.Equal(t, gen.ProblemCodeMethodNotAllowed, problem.Code, target)
		assert.Equal(t, allow, w.Header().Get("Allow"), target)
	}
}

func TestProofOfIdentity(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	expired := f.sign(t, domain.Identity{Actor: domain.Actor{ID: people[domain.RoleCustomer], Role: domain.RoleCustomer}, ExpiresAt: f.Clock.Now()})
	halfway := f.sign(t, domain.Identity{
		Actor: domain.Actor{ID: people[domain.RoleValuer], Role: domain.RoleValuer}, SecondFactorPending: true,
		ExpiresAt: f.Clock.Now().Add(time.Minute),
	})
	customer := f.token(t, domain.RoleCustomer)
	for name, test := range map[string]struct {
		target, authorization string
		status                int
		code                  string
	}{
		"none":                    {"GET /api/v1/me", "", 401, "missing_token"},
		"another scheme":          {"GET /api/v1/me", "Basic " + customer, 401, "missing_token"},
		"in the address":          {"GET /api/v1/me?access_token=" + customer, "", 401, "missing_token"},
		"garbage":                 {"GET /api/v1/me", "Bearer garbage", 401, "invalid_token"},
		"forged":                  {"GET /api/v1/me", "Bearer " + customer + "x", 401, "invalid_token"},
		"expired":                 {"GET /api/v1/me", "Bearer " + expired, 401, "token_expired"},
		"half a login":            {"GET /api/v1/me", "Bearer " + halfway, 401, "wrong_token"},
		"a whole one for half":    {"POST /api/v1/auth/totp/enrol", "Bearer " + f.token(t, domain.RoleValuer), 401, "wrong_token"},
		"any case of the scheme":  {"GET /api/v1/me", "bearer  " + customer, 200, ""},
		"another role":            {"GET /api/v1/staff", "Bearer " + customer, 403, "role_not_allowed"},
		"a role of no document":   {"GET /api/v1/me", "Bearer " + f.sign(t, domain.Identity{Actor: domain.System, ExpiresAt: f.Clock.Now().Add(time.Hour)}), 403, "role_not_allowed"},
		"garbage where none goes": {"GET /api/v1/status", "Bearer garbage", 200, ""},
	} {
		method, path, _ := strings.Cut(test.target, " ")
		w := f.send(method, path, "", header{"Authorization", test.authorization})
		assert.Equal(t, test.status, w.Code, name)
		if test.code != "" {
			assert.Equal(t, gen.ProblemCode(test.code), problemOf(t, w).Code, name)
		}
	}
	w := f.send(http.MethodGet, "/api/v1/staff", "")
	assert.Equal(t, 401, w.Code, "who asks comes before what they may do")
}

func TestEveryAnswerIsSafeToShow(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	token := bearer(f.token(t, domain.RoleCustomer))
	for _, path := range []string{"/api/v1/me", "/nothing", "/openapi.json", "/docs/", "/health", "/api/v1/queue"} {
		h := f.send(http.MethodGet, path, "", token).Header()
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "DENY", h.Get("X-Frame-Options"), path)
		assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"), path)
		assert.Equal(t, "no-store", h.Get("Cache-Control"), path)
		assert.Regexp(t, `^[0-9a-f-]{36}$`, h.Get("X-Request-Id"), path)
	}
}

func TestPanicIsAProblemWithARequestID(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	w := f.send(http.MethodGet, "/api/v1/consents", "", bearer(f.token(t, domain.RoleCustomer))) // a use case without its ports
	problem := problemOf(t, w)
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.Equal(t, gen.ProblemCodeInternal, problem.Code)
	require.NotNil(t, problem.RequestID)
	assert.Equal(t, w.Header().Get("X-Request-Id"), *problem.RequestID)
	assert.Contains(t, f.log.String(), `"msg":"panic"`)
	assert.Contains(t, f.log.String(), *problem.RequestID)
	assert.NotContains(t, w.Body.String(), "nil pointer")
}

func TestLimitsOfUsersAndAddresses(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(o *Options, _ *memory.Ports) { o.Limits = middleware.Limits{PerUser: 3, PerAddress: 2} })
	token := bearer(f.token(t, domain.RoleCustomer))
	for i := range 3 {
		w := f.send(http.MethodGet, "/api/v1/me", "", token)
		assert.Equal(t, 200, w.Code)
		assert.Equal(t, "3", w.Header().Get("RateLimit-Limit"))
		assert.Equal(t, fmt.Sprint(2-i), w.Header().Get("RateLimit-Remaining"))
		assert.Equal(t, fmt.Sprint(20*(i+1)), w.Header().Get("RateLimit-Reset"))
	}
	w := f.send(http.MethodGet, "/api/v1/me", "", token)
	assert.Equal(t, 429, w.Code)
	assert.Equal(t, gen.ProblemCodeTooManyRequests, problemOf(t, w).Code)
	assert.Equal(t, "20", w.Header().Get("Retry-After"))
	assert.Equal(t, "0", w.Header().Get("RateLimit-Remaining"))

	assert.Equal(t, 403, f.send(http.MethodGet, "/api/v1/consents", "", bearer(f.token(t, domain.RoleAdmin))).Code, "another user's requests are their own")
	assert.Equal(t, 200, f.send(http.MethodGet, "/api/v1/status", "").Code)
	assert.Equal(t, 200, f.send(http.MethodGet, "/api/v1/status", "").Code)
	assert.Equal(t, 429, f.send(http.MethodGet, "/api/v1/status", "", header{"Authorization", "Bearer garbage"}).Code, "without a user the address counts")
	for _, probe := range []string{"/livez", "/readyz", "/health"} {
		w := f.send(http.MethodGet, probe, "")
		assert.Equal(t, 200, w.Code, "probes are not counted")
		assert.Empty(t, w.Header().Get("RateLimit-Limit"))
	}

	f.Clock.Advance(20 * time.Second)
	assert.Equal(t, 200, f.send(http.MethodGet, "/api/v1/me", "", token).Code)
	f.Faults.Down("RateLimiter.Allow")
	for range 5 {
		assert.Equal(t, 200, f.send(http.MethodGet, "/api/v1/me", "", token).Code, "a limiter that is down limits nobody")
	}
	assert.Contains(t, f.log.String(), "rate limiter is down")
}

func TestDemoOperationsExistInDemoModeOnly(t *testing.T) {
	t.Parallel()
	plain := newFace(t)
	demo := newFace(t, func(o *Options, m *memory.Ports) {
		o.Demo = &Demo{
			Messages: func() []DemoMessage {
				return []DemoMessage{{At: m.Clock.Now(), Message: domain.Message{To: domain.Recipient{Phone: "+919811100001"}, Channel: domain.ChannelSMS, Text: "Your code is 482913."}}}
			},
			Staff: func() []DemoStaff {
				return []DemoStaff{{Name: "Vikram Nair", Phone: "+919800000002", Role: domain.RoleValuer, TOTPCode: "482913"}}
			},
		}
	})
	for path, want := range map[string]string{
		"/api/v1/demo/messages": `{"items":[{"at":"2026-11-23T06:30:00Z","channel":"SMS","text":"Your code is 482913.","to":"+919811100001"}]}`,
		"/api/v1/demo/staff":    `{"items":[{"name":"Vikram Nair","phone":"+919800000002","role":"VALUER","totp_code":"482913"}]}`,
	} {
		assert.Equal(t, gen.ProblemCodeNoSuchOperation, problemOf(t, plain.send(http.MethodGet, path, "")).Code)
		w := demo.send(http.MethodGet, path, "")
		assert.JSONEq(t, want, w.Body.String(), path)
	}
	assert.NotContains(t, plain.send(http.MethodGet, "/openapi.json", "").Body.String(), "/api/v1/demo")
	assert.Contains(t, demo.send(http.MethodGet, "/openapi.json", "").Body.String(), "/api/v1/demo")
}

func TestDocumentAndItsPageAreServed(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	w := f.send(http.MethodGet, "/openapi.json", "")
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	var doc struct {
		OpenAPI string         `json:"openapi"`
		Paths   map[string]any `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &doc))
	assert.Equal(t, "3.1.0", doc.OpenAPI)
	assert.Contains(t, doc.Paths, "/api/v1/properties")

	w = f.send(http.MethodGet, "/docs", "")
	assert.Equal(t, http.StatusMovedPermanently, w.Code)
	assert.Equal(t, "/docs/", w.Header().Get("Location"))
	page := f.send(http.MethodGet, "/docs/", "").Body.String()
	assert.Contains(t, page, "/openapi.json")
	assert.Contains(t, page, "showExtensions: true", "x-roles and x-problem-codes are shown")
	assert.NotRegexp(t, `(src|href)="(https?:)?//`, page, "the page needs no other host")
}

func TestRoutesBesideTheAPI(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	handler, err := New(f.options, func(r chi.Router) {
		r.Get("/extra", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") })
	})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/extra", nil))
	assert.Equal(t, "here", w.Body.String())
	assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
}

func TestLogHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	token := f.token(t, domain.RoleCustomer)
	f.send(http.MethodPatch, "/api/v1/me", `{"name":"Asha Rao"}`, bearer(token))
	f.send(http.MethodPatch, "/api/v1/me", `{"name":"Asha Rao","phone":"+919811100001"}`, bearer(token))
	f.send(http.MethodGet, "/api/v1/me?phone=%2B919811100001", "", bearer(token))
	f.send(http.MethodGet, "/api/v1/properties/+919811100001", "", bearer(token))
	f.send(http.MethodPost, "/api/v1/auth/otp", `{"phone":"+919811100001"}`, header{"User-Agent", "Asha's phone"})
	log := f.log.String()
	for _, personal := range []string{"Asha", "9811100001", token, "192.0.2.1"} {
		assert.NotContains(t, log, personal)
	}
	var line struct {
		Msg, Method, Operation, Level string
		RequestID                     string `json:"request_id"`
		UserID                        string `json:"user_id"`
		Status, Bytes                 int
	}
	first, err := bytes.NewBufferString(log).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(first, &line))
	assert.Equal(t, "request", line.Msg)
	assert.Equal(t, "updateMe", line.Operation)
	assert.Equal(t, http.MethodPatch, line.Method)
	assert.Equal(t, string(people[domain.RoleCustomer]), line.UserID)
	assert.Equal(t, 200, line.Status)
	assert.Positive(t, line.Bytes)
	assert.NotEmpty(t, line.RequestID)
}

// TestNothingFromOutsideForgesALineOfTheLog sends what would begin a line of its own in a log of plain text.
func TestNothingFromOutsideForgesALineOfTheLog(t *testing.T) {
	t.Parallel()
	f := newFace(t)
	const forged = "x\"}\n{\"level\":\"ERROR\",\"msg\":\"forged"
	f.send(http.MethodPatch, "/api/v1/me", `{"name":"a\n{\"msg\":\"forged\"}"}`, bearer(f.token(t, domain.RoleCustomer)), header{"User-Agent", forged})
	r := httptest.NewRequest(http.MethodGet, "/api/v1/properties/x", nil)
	r.Method, r.URL.Path, r.URL.RawQuery = "GET\n"+forged, "/api/v1/"+forged, forged
	r.Header.Set("X-Forwarded-For", forged)
	r.Header.Set("X-Request-Id", forged)
	f.ServeHTTP(httptest.NewRecorder(), r)
	lines := strings.Split(strings.TrimSpace(f.log.String()), "\n")
	require.Len(t, lines, 2, "a line for each request")
	for _, text := range lines {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), text)
		assert.Equal(t, "request", line["msg"])
	}
}
