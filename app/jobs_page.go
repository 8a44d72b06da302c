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

// jobsOperator is the user name for the page of jobs.
const jobsOperator = "operator"

// jobsPage returns the task that serves the page of jobs, protected by the password.
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

// guarded requires a name and a password (RFC 7617) for the page, and forbids other sites to
// frame it and browsers to cache it.
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

// same compares two texts in constant time. It compares digests, so that not even the length of
// wanted shows.
func same(given, wanted string) bool {
	g, w := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(wanted))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
