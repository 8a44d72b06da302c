package middleware

import (
	"net"
	"net/http"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Identify verifies the access token of each request. It refuses nothing: the document declares
// whether an operation needs an identity, and of which kind.
//
// trustedProxies is the number of proxies in front of the service: the client's address is the
// entry of X-Forwarded-For at that position from the end.
func Identify(tokens ports.AccessTokens, clock ports.Clock, trustedProxies int) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			caller := Caller{Client: clientAddress(r, trustedProxies)}
			caller.Identity, caller.Err = identify(r, tokens, clock)
			if seen, ok := r.Context().Value(requestKey).(*request); ok {
				seen.user.Store(string(caller.Identity.Actor.ID))
			}
			next.ServeHTTP(w, r.WithContext(WithCaller(ports.WithClient(r.Context(), caller.Client), caller)))
		})
	}
}

func identify(r *http.Request, tokens ports.AccessTokens, clock ports.Clock) (domain.Identity, error) {
	scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return domain.Identity{}, domain.Unauthenticated("missing_token", "send an access token: Authorization: Bearer …")
	}
	return tokens.Verify(strings.TrimSpace(token), clock.Now())
}

func clientAddress(r *http.Request, trustedProxies int) string {
	if trustedProxies > 0 {
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if i := len(hops) - trustedProxies; i >= 0 {
			if ip := net.ParseIP(strings.TrimSpace(hops[i])); ip != nil {
				return ip.String()
			}
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
