package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

type memoryPorts = memory.Ports

const dashboardOrigin = "https://desk.example.in"

// browsers prepares logins and the origins of both applications.
func browsers(o *Options, m *memoryPorts) {
	o.Origins = map[domain.Client][]string{
		domain.ClientDashboard: {dashboardOrigin}, domain.ClientCapture: {"https://app.example.in"},
	}
	o.UseCases.RefreshTokens = identity.RefreshTokens{
		UnitOfWork: m.Store, Clock: m.Clock, AccessTokens: m.AccessTokens, Keys: [][]byte{[]byte("a key for tests only")},
	}
	o.UseCases.Logout = identity.Logout{UnitOfWork: m.Store, Clock: m.Clock}
}

// browser are the headers of a page of the dashboard.
func browser(more ...header) []header {
	return append([]header{{clientHeader, "dashboard"}, {"Origin", dashboardOrigin}, {"Sec-Fetch-Site", "same-origin"}}, more...)
}

func cookie(token string) header { return header{"Cookie", "__Secure-pf-dashboard=" + token} }

// onlyCookie returns the one cookie of an answer.
func onlyCookie(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	cookies := w.Result().Cookies() //nolint:bodyclose // a recorder's
	require.Len(t, cookies, 1)
	return cookies[0]
}

// browserSession begins a session of the dashboard and returns its refresh token.
func (f *face) browserSession(t *testing.T) string {
	t.Helper()
	return f.begin(t, domain.RoleValuer, domain.ClientDashboard)
}

func TestBrowsersKeepTheirRefreshTokenInACookie(t *testing.T) {
	t.Parallel()
	f := newFace(t, browsers)
	first := f.browserSession(t)
	answer := f.send(http.MethodPost, "/api/v1/auth/refresh", "", browser(cookie(first))...)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	var login gen.Authenticated
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &login))
	assert.Nil(t, login.RefreshToken)
	kept := onlyCookie(t, answer)
	assert.Equal(t, "__Secure-pf-dashboard", kept.Name)
	assert.NotEqual(t, first, kept.Value)
	assert.Equal(t, "/api/v1/auth", kept.Path)
	assert.True(t, kept.HttpOnly)
	assert.True(t, kept.Secure)
	assert.Equal(t, http.SameSiteStrictMode, kept.SameSite)
	assert.Empty(t, kept.Domain)
	assert.Equal(t, int(domain.StaffSessionIdle.Seconds()), kept.MaxAge)

	again := f.send(http.MethodPost, "/api/v1/auth/refresh", "", browser(cookie(first))...)
	require.Equal(t, http.StatusOK, again.Code)
	assert.Equal(t, kept.Value, onlyCookie(t, again).Value, "a second tab gets the same successor")

	out := f.send(http.MethodPost, "/api/v1/auth/logout", "", browser(cookie(kept.Value))...)
	require.Equal(t, http.StatusNoContent, out.Code, out.Body)
	assert.Negative(t, onlyCookie(t, out).MaxAge)
	assert.Equal(t, http.StatusUnauthorized, f.send(http.MethodGet, "/api/v1/me", "", bearer(login.AccessToken)).Code)
	ended := f.send(http.MethodPost, "/api/v1/auth/refresh", "", browser(cookie(kept.Value))...)
	assert.EqualValues(t, "session_ended", problemOf(t, ended).Code)
}

func TestOnlyPagesOfTheApplicationUseItsCookie(t *testing.T) {
	t.Parallel()
	f := newFace(t, browsers)
	token := f.browserSession(t)
	for name, headers := range map[string][]header{
		"no origin":           {{clientHeader, "dashboard"}, cookie(token)},
		"another site":        {{clientHeader, "dashboard"}, {"Origin", "https://evil.example"}, cookie(token)},
		"the other app":       {{clientHeader, "dashboard"}, {"Origin", "https://app.example.in"}, cookie(token)},
		"a longer name":       {{clientHeader, "dashboard"}, {"Origin", dashboardOrigin + ".evil.example"}, cookie(token)},
		"across sites":        {{clientHeader, "dashboard"}, {"Origin", dashboardOrigin}, {"Sec-Fetch-Site", "cross-site"}, cookie(token)},
		"the null origin":     {{clientHeader, "dashboard"}, {"Origin", "null"}, cookie(token)},
		"another application": {{clientHeader, "capture"}, {"Origin", dashboardOrigin}, cookie(token)},
	} {
		for _, target := range []string{"/api/v1/auth/refresh", "/api/v1/auth/logout"} {
			answer := f.send(http.MethodPost, target, "", headers...)
			require.Equal(t, http.StatusForbidden, answer.Code, "%s: %s", name, target)
			assert.EqualValues(t, "origin_not_allowed", problemOf(t, answer).Code)
		}
	}
	for name, headers := range map[string][]header{
		"a cookie without the header": {{"Origin", dashboardOrigin}, cookie(token)},
		"an unknown application":      {{clientHeader, "mailbox"}, {"Origin", dashboardOrigin}, cookie(token)},
	} {
		assert.Equal(t, http.StatusBadRequest, f.send(http.MethodPost, "/api/v1/auth/refresh", "", headers...).Code, name)
	}
	body := `{"refresh_token":"` + token + `"}`
	assert.Equal(t, http.StatusBadRequest, f.send(http.MethodPost, "/api/v1/auth/refresh", body, browser()...).Code, "a body and the header")
	stolen := f.send(http.MethodPost, "/api/v1/auth/refresh", body)
	assert.EqualValues(t, "session_ended", problemOf(t, stolen).Code, "a browser's token is no program's")
	assert.Equal(t, http.StatusUnauthorized, f.send(http.MethodPost, "/api/v1/auth/logout", "").Code)
	require.Equal(t, http.StatusOK, f.send(http.MethodPost, "/api/v1/auth/refresh", "", browser(cookie(token))...).Code, "nothing ended it")
}

func TestLogoutBelievesNoForgedRefreshToken(t *testing.T) {
	t.Parallel()
	f := newFace(t, browsers)
	token := f.browserSession(t)
	id := token[:36]
	require.Equal(t, http.StatusNoContent, f.send(http.MethodPost, "/api/v1/auth/logout", "", browser(cookie(id+".AAAAAAAAAAAAAAAAAAAA"))...).Code)
	answer := f.send(http.MethodPost, "/api/v1/auth/refresh", "", browser(cookie(token))...)
	assert.Equal(t, http.StatusOK, answer.Code, answer.Body)
}
