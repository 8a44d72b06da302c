package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

const (
	clientHeader = "PropFlow-Client"
	// cookiePath limits the cookies of refresh tokens to the operations that read them.
	cookiePath = "/api/v1/auth"
)

// cookieNames are the cookies that keep the refresh tokens of browser applications. Cookies ignore
// ports, hence one name for each.
var cookieNames = map[domain.Client]string{
	domain.ClientDashboard: "__Secure-pf-dashboard",
	domain.ClientCapture:   "__Secure-pf-capture",
}

// deviceCookieNames are the cookies that keep the device tokens of browser applications.
var deviceCookieNames = map[domain.Client]string{
	domain.ClientDashboard: "__Secure-pf-device-dashboard",
	domain.ClientCapture:   "__Secure-pf-device-capture",
}

// cookieOperations read or set the cookies of browser applications.
var cookieOperations = []string{"RequestOtp", "VerifyOtp", "ConfirmPincode", "VerifyTotp", "RefreshTokens", "Logout"}

// ownOrigin refuses a request that names a browser application unless a page of that application
// sends it: another site's page could use the cookie otherwise. Operations without cookies ignore the
// name.
func (s *server) ownOrigin(next gen.StrictHandlerFunc, operation string) gen.StrictHandlerFunc {
	if !slices.Contains(cookieOperations, operation) {
		return next
	}
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		if named := r.Header.Get(clientHeader); named != "" {
			site := r.Header.Get("Sec-Fetch-Site")
			if !slices.Contains(s.Origins[domain.Client(named)], r.Header.Get("Origin")) || site != "" && site != "same-origin" {
				return nil, domain.Forbidden("origin_not_allowed", "only a page of this application may send "+clientHeader)
			}
		}
		return next(ctx, w, r, request)
	}
}

// clientOf returns the kind of client that a request names.
func clientOf(named *gen.BrowserClientHeader) domain.Client { return domain.Client(value(named)) }

// cookied is an answer that also sets cookies.
type cookied struct {
	cookies []*http.Cookie
	visit   func(w http.ResponseWriter) error
}

func (c cookied) write(w http.ResponseWriter) error {
	for _, cookie := range c.cookies {
		http.SetCookie(w, cookie)
	}
	return c.visit(w)
}

func (c cookied) VisitVerifyOtpResponse(w http.ResponseWriter) error      { return c.write(w) }
func (c cookied) VisitConfirmPincodeResponse(w http.ResponseWriter) error { return c.write(w) }
func (c cookied) VisitVerifyTotpResponse(w http.ResponseWriter) error     { return c.write(w) }
func (c cookied) VisitRefreshTokensResponse(w http.ResponseWriter) error  { return c.write(w) }
func (c cookied) VisitLogoutResponse(w http.ResponseWriter) error         { return c.write(w) }

// keepInCookie moves the refresh token and the device token of a complete login into the client's
// cookies, which it returns. devices are those that the client has. It returns nil for a program,
// which keeps its tokens itself.
func (s *server) keepInCookie(client domain.Client, login *identity.LoginOutput, devices []string) []*http.Cookie {
	if client == domain.ClientProgram || login.Tokens == nil {
		return nil
	}
	tokens := *login.Tokens
	cookie := cookieOf(client, tokens.RefreshToken) //nolint:gosec // it has the attributes
	cookie.MaxAge = int(tokens.RefreshExpiresAt.Sub(s.Clock.Now()).Seconds())
	tokens.RefreshToken = ""
	login.Tokens = &tokens
	if login.DeviceToken == "" { // a refresh
		return []*http.Cookie{cookie}
	}
	kept := append([]string{login.DeviceToken}, slices.DeleteFunc(slices.Clone(devices), func(token string) bool {
		return token == login.DeviceToken
	})...)
	login.DeviceToken = ""
	device := cookieOf(client, strings.Join(kept[:min(len(kept), domain.MaxDeviceTokens)], deviceSeparator)) //nolint:gosec // it has the attributes
	device.Name, device.MaxAge = deviceCookieNames[client], int(domain.DeviceUnused.Seconds())
	return []*http.Cookie{cookie, device}
}

// deviceSeparator is no character of a device token.
const deviceSeparator = "."

// deviceTokens returns the device tokens of a request: those of the client's cookie, or that which a
// program sends in the body.
func deviceTokens(client domain.Client, dashboard, capture, body *string) []string {
	switch client {
	case domain.ClientDashboard:
		body = dashboard
	case domain.ClientCapture:
		body = capture
	case domain.ClientProgram:
	}
	if value(body) == "" {
		return nil
	}
	tokens := strings.Split(*body, deviceSeparator)
	return tokens[:min(len(tokens), domain.MaxDeviceTokens)]
}

func cookieOf(client domain.Client, token string) *http.Cookie {
	return &http.Cookie{
		Name: cookieNames[client], Value: token, Path: cookiePath,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode,
	}
}

// noCookie deletes the client's cookie.
func noCookie(client domain.Client) *http.Cookie {
	cookie := cookieOf(client, "") //nolint:gosec // it has the attributes
	cookie.MaxAge = -1
	return cookie
}

// refreshCookie returns the refresh token that the client's cookie carries, "" if there is none.
func refreshCookie(client domain.Client, dashboard, capture *string) string {
	switch client {
	case domain.ClientDashboard:
		return value(dashboard)
	case domain.ClientCapture:
		return value(capture)
	case domain.ClientProgram:
	}
	return ""
}
