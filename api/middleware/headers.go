package middleware

import (
	"net/http"
	"strings"
)

// NoContent is the Content-Security-Policy of answers that no browser should show as a page: they
// load nothing and stand in no frame. Pages replace it by their own.
const NoContent = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// download makes browsers save an answer rather than show it, if somebody is led to its address. Pages
// delete the header.
const download = `attachment; filename="api.json"`

// hsts makes browsers use https for two years, the least that browsers' lists take.
const hsts = "max-age=63072000; includeSubDomains"

// SecureHeaders forbids browsers to sniff, frame, run, show or cache the API's answers. If clients reach
// the API by https, it makes them keep to it.
func SecureHeaders(publicURL string) func(http.Handler) http.Handler {
	secure := strings.HasPrefix(publicURL, "https://")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("X-Frame-Options", "DENY")
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-store")
			h.Set("Content-Security-Policy", NoContent)
			h.Set("Content-Disposition", download)
			if secure {
				h.Set("Strict-Transport-Security", hsts)
			}
			next.ServeHTTP(w, r)
		})
	}
}
