package main

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// timed is a request and how long it took. Its status is 0 if it got no answer.
type timed struct {
	request string // method and path
	status  int
	took    time.Duration
}

func (t timed) String() string {
	return fmt.Sprintf("%s: %d after %s", t.request, t.status, t.took.Round(time.Millisecond))
}

// meter records how long requests take. It is safe for concurrent use.
type meter struct {
	mu       sync.Mutex
	requests []timed
}

func (m *meter) note(r *http.Request, response *http.Response, took time.Duration) {
	t := timed{request: r.Method + " " + r.URL.Path, took: took}
	if response != nil {
		t.status = response.StatusCode
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests = append(m.requests, t)
}

// take returns the requests since the last call, the quickest first.
func (m *meter) take() []timed {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.requests
	m.requests = nil
	slices.SortFunc(taken, func(a, b timed) int { return int(a.took - b.took) })
	return taken
}

// spread describes how long requests took.
func spread(sorted []timed) string {
	if len(sorted) == 0 {
		return "no requests"
	}
	at := func(share float64) time.Duration {
		return sorted[int(share*float64(len(sorted)-1))].took.Round(time.Millisecond)
	}
	return fmt.Sprintf("%d requests: median %s, p99 %s, slowest %s", len(sorted), at(0.5), at(0.99), at(1))
}
