package observe

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// Reports sends faults to Sentry, as envelopes (develop.sentry.dev, "Envelopes"). A report
// contains a fault's code, its text without numbers, addresses and queries, its place in the
// program, and ids. It contains nothing of requests: no body, header, cookie, address or
// parameter. A nil Reports sends nothing.
//
// Reports wait in a short queue for one sender. When it is full, reports are dropped; the log
// has all faults.
type Reports struct {
	url, auth   string
	environment string
	release     string
	client      *http.Client
	queue       chan []byte
	closing     chan struct{}
	sent        chan struct{} // closed after closing, when the queue is empty
}

// The number of reports that may wait, and the time that sending one may take.
const (
	reportsWaiting = 64
	reportPatience = 5 * time.Second
)

// dsn is the destination of a project's reports: https://key@host/project.
type dsn struct{ base, project, key string }

func parseDSN(text string) (dsn, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User.Username() == "" || path.Base(u.Path) == "." || path.Base(u.Path) == "/" {
		return dsn{}, errors.New("SENTRY_DSN: must be https://KEY@HOST/PROJECT") // err would quote the key
	}
	folder := strings.TrimSuffix(path.Dir(u.Path), "/")
	return dsn{base: u.Scheme + "://" + u.Host + folder, project: path.Base(u.Path), key: u.User.Username()}, nil
}

func (d dsn) at(place string) string { return d.base + "/api/" + d.project + "/" + place }

func (d dsn) auth() string {
	return "Sentry sentry_version=7, sentry_client=propflow/1, sentry_key=" + d.key
}

// NewReports returns Reports that go to the project of the DSN, marked with environment and
// release. transport may be nil. Error: the DSN names no project.
func NewReports(to, environment, release string, transport http.RoundTripper) (*Reports, error) {
	d, err := parseDSN(to)
	if err != nil {
		return nil, err
	}
	r := &Reports{
		url: d.at("envelope/"), auth: d.auth(), environment: environment, release: release,
		client: &http.Client{Transport: transport, Timeout: reportPatience},
		queue:  make(chan []byte, reportsWaiting), closing: make(chan struct{}), sent: make(chan struct{}),
	}
	go r.send()
	return r, nil
}

// Close sends the queued reports until ctx ends. Later reports are dropped. Close must be called
// only once.
func (r *Reports) Close(ctx context.Context) error {
	if r == nil {
		return nil
	}
	close(r.closing)
	select {
	case <-r.sent:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("reports not sent: %w", ctx.Err())
	}
}

func (r *Reports) send() {
	defer close(r.sent)
	for {
		select {
		case envelope := <-r.queue:
			r.post(envelope)
		case <-r.closing:
			for {
				select {
				case envelope := <-r.queue:
					r.post(envelope)
				default:
					return
				}
			}
		}
	}
}

// post sends one envelope. One that Sentry refuses is lost, but the log has the fault.
func (r *Reports) post(envelope []byte) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, r.url, bytes.NewReader(envelope))
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/x-sentry-envelope")
	request.Header.Set("X-Sentry-Auth", r.auth)
	if answer, err := r.client.Do(request); err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16))
		_ = answer.Body.Close()
	}
}

// The parts of a Sentry event that are used here.
type (
	event struct {
		ID          string            `json:"event_id"`
		At          time.Time         `json:"timestamp"`
		Platform    string            `json:"platform"`
		Level       string            `json:"level"`
		Environment string            `json:"environment"`
		Release     string            `json:"release"`
		Transaction string            `json:"transaction"`
		Tags        map[string]string `json:"tags"`
		User        map[string]string `json:"user,omitempty"`
		Exception   []exception       `json:"exception"`
		Fingerprint []string          `json:"fingerprint"`
	}
	exception struct {
		Type       string     `json:"type"`
		Value      string     `json:"value"`
		Stacktrace stacktrace `json:"stacktrace"`
	}
	stacktrace struct {
		Frames []frame `json:"frames"`
	}
	frame struct {
		Function string `json:"function"`
		File     string `json:"filename"`
		Line     int    `json:"lineno"`
		Ours     bool   `json:"in_app"`
	}
)

// report queues a fault that occurred in what, an operation or a kind of job.
func (r *Reports) report(what string, err error, user string, tags map[string]string) {
	if r == nil {
		return
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id) // crypto/rand never fails
	code := domain.CodeOf(err)
	if code == "" {
		code = "internal"
	}
	for name, value := range tags {
		if value == "" {
			delete(tags, name)
		}
	}
	e := event{
		ID: hex.EncodeToString(id), At: time.Now().UTC(), Platform: "go", Level: "error", Environment: r.environment, Release: r.release,
		Transaction: what, Tags: tags, Fingerprint: []string{what, code, "{{ default }}"},
		Exception: []exception{{Type: code, Value: scrub(err.Error()), Stacktrace: stacktrace{callers()}}},
	}
	if user != "" {
		e.User = map[string]string{"id": user}
	}
	body, fault := json.Marshal(e)
	if fault != nil {
		return // cannot happen: the event has only texts, numbers and times
	}
	select {
	case r.queue <- fmt.Appendf(nil, "{\"event_id\":%q}\n{\"type\":\"event\",\"length\":%d}\n%s\n", e.ID, len(body), body):
	default:
	}
}

// callers returns the frames from the outermost to the one that reports. Those of a panic are
// included, because it is reported before it unwinds the stack.
func callers() []frame {
	pcs := make([]uintptr, 48)
	all := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var frames []frame
	for {
		f, more := all.Next()
		frames = append(frames, frame{
			Function: f.Function, File: path.Base(path.Dir(f.File)) + "/" + path.Base(f.File), Line: f.Line,
			Ours: strings.HasPrefix(f.Function, tracerName),
		})
		if !more {
			slices.Reverse(frames)
			return frames
		}
	}
}

// personal matches parts of a text that may name a person or give access: queries of links,
// e-mail addresses, tokens (RFC 7519), and numbers as long as a phone number.
var personal = []*regexp.Regexp{
	regexp.MustCompile(`\?\S+`), regexp.MustCompile(`\S+@\S+`), regexp.MustCompile(`eyJ[\w-]+\.[\w.-]+`),
	regexp.MustCompile(`(?:\+?\d[ -]?){9,}\d`),
}

func scrub(text string) string {
	for _, p := range personal {
		text = p.ReplaceAllString(text, "[removed]")
	}
	return text
}
