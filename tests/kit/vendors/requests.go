package vendors

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Requests records the requests to a handler with their bodies, in memory, so it is for tests
// with few requests. It may be used concurrently.
type Requests struct {
	mu  sync.Mutex
	all []Request
}

// Request is a recorded request.
type Request struct {
	Method string
	URL    *url.URL
	Header http.Header
	Body   string
}

// Of returns a handler that records each request before it calls the given one.
func (s *Requests) Of(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client is gone
		}
		s.mu.Lock()
		s.all = append(s.all, Request{r.Method, r.URL, r.Header, string(body)})
		s.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		handler.ServeHTTP(w, r)
	})
}

// All returns the requests so far, oldest first.
func (s *Requests) All() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

// Methods lists the methods of the requests so far, as in "GET POST".
func (s *Requests) Methods() string {
	var methods []string
	for _, r := range s.All() {
		methods = append(methods, r.Method)
	}
	return strings.Join(methods, " ")
}
