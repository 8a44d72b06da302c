package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"time"
)

// jobsOperator is the name under which the page of jobs is asked for.
const jobsOperator = "operator"

// jobsPage returns the task that serves the page of jobs to whoever knows the password.
func (a Adapters) jobsPage(listener net.Listener, password string) task {
	return func(ctx context.Context) error {
		page, err := a.JobsPage(ctx)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		server := &http.Server{
			Handler: guarded(page, jobsOperator, password), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
			WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
		}
		return answer(server, listener, exit{leave: func() {}, drain: func() {}})(ctx)
	}
}

// guarded asks for a name and a password (RFC 7617) before it lets anyone see the page, which
// no other site may frame and nobody may keep.
func guarded(page http.Handler, name, password string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		givenName, givenPassword, _ := r.BasicAuth()
		if !same(givenName, name) || !same(givenPassword, password) {
			w.Header().Set("WWW-Authenticate", `Basic realm="PropFlow jobs", charset="UTF-8"`)
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// same compares in a time that tells nothing, of lengths neither.
func same(given, wanted string) bool {
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(wanted))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
