package main

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	propflow "github.com/propflow/propflow/sdk/go"
)

// What is waited for in addition to answers.
const (
	uploadToVerdict  = "upload to verdict"
	eventToScreen    = "event to screen"
	queueRefresh     = "queue refresh"
	notificationSent = "notification sent"
)

// What is asked of the object store.
const (
	putPhoto = "PUT photo (S3)"
	getPhoto = "GET photo (S3)"
)

// book keeps what one round saw. What began while it measures counts in the figures; what
// failed counts always, and what was seen at other times has figures of nothing. It may be
// used concurrently.
type book struct {
	mu          sync.Mutex
	from, until time.Time // of what is measured; zero before and while it is
	requests    map[string]*vegeta.Metrics
	api         vegeta.LatencyMetrics // of all operations
	answers     uint64                // of the API
	waits       map[string]*vegeta.Metrics
	failed      map[string]int // by operation
	faults      map[string]int // by text
	verdicts    map[string]int // of photos, by status and codes
	late        vegeta.LatencyMetrics
}

func newBook() *book {
	return &book{
		requests: make(map[string]*vegeta.Metrics), waits: make(map[string]*vegeta.Metrics),
		failed: make(map[string]int), faults: make(map[string]int), verdicts: make(map[string]int),
	}
}

// open begins what is measured, and shut ends it.
func (b *book) open() { b.mu.Lock(); defer b.mu.Unlock(); b.from = time.Now() }
func (b *book) shut() { b.mu.Lock(); defer b.mu.Unlock(); b.until = time.Now() }

// measures reports whether what began at the given time counts.
func (b *book) measures(began time.Time) bool {
	return !b.from.IsZero() && !began.Before(b.from) && (b.until.IsZero() || began.Before(b.until))
}

// answered records a request's answer.
func (b *book) answered(r vegeta.Result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Error != "" {
		b.failed[r.Attack]++
		b.faults[r.Attack+": "+r.Error]++
	}
	m := metrics(b.requests, r.Attack)
	if b.measures(r.Timestamp) {
		m.Add(&r)
		if ours(r.Attack) {
			b.api.Add(r.Latency)
			b.answers++
		}
	}
}

// waited records how long a person has waited since something began.
func (b *book) waited(what string, began, ended time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := metrics(b.waits, what)
	if b.measures(began) {
		m.Add(&vegeta.Result{Timestamp: began, Latency: max(0, ended.Sub(began)), Code: http.StatusOK})
	}
}

// arrived records how much later than planned somebody arrived.
func (b *book) arrived(due time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.late.Add(time.Since(due))
}

// judged records a photo's verdict.
func (b *book) judged(p propflow.OwnerPhoto) {
	text := string(p.Status)
	for _, f := range p.Findings {
		text += " " + string(f.Code)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.verdicts[text]++
}

// fail records that a person could not do what they came for. Answers were recorded already.
func (b *book) fail(who string, err error) {
	var problem *propflow.ProblemError
	if err == nil || errors.As(err, &problem) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults[fmt.Sprintf("%s: %v", who, err)]++
}

// count returns how many requests of an operation began while it measured.
func (b *book) count(operation string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m := b.requests[operation]; m != nil {
		return int(m.Requests)
	}
	return 0
}

// faulty returns how many things went wrong.
func (b *book) faulty() (total int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, times := range b.faults {
		total += times
	}
	return total
}

func metrics(all map[string]*vegeta.Metrics, name string) *vegeta.Metrics {
	m := all[name]
	if m == nil {
		m = new(vegeta.Metrics)
		all[name] = m
	}
	return m
}

// ours reports whether the operation is one of the API. Names of requests to the object store have
// a space.
func ours(operation string) bool { return !strings.Contains(operation, " ") }
