package propflow

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// New returns a client of the API at url, e.g. http://localhost:8000. If token is not empty, it
// is sent with every request. Every answer of 400 and above becomes an error that errors.As
// converts to a *ProblemError. doer sends the requests; nil means http.DefaultClient.
func New(url, token string, doer HttpRequestDoer) (*ClientWithResponses, error) {
	if doer == nil {
		doer = http.DefaultClient
	}
	options := []ClientOption{WithHTTPClient(problems{doer})}
	if token != "" {
		options = append(options, WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer "+token)
			return nil
		}))
	}
	return NewClientWithResponses(url, options...)
}

// NewKey returns a random Idempotency-Key. Use a new one for each thing that you want done, and
// the same one when you retry it.
func NewKey() string {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return hex.EncodeToString(raw)
}

// ProblemError is an answer of 400 and above.
type ProblemError struct {
	Problem Problem
	// RetryAfter is how long to wait before another try, in whole seconds; 0 if the answer does not
	// have the header.
	RetryAfter time.Duration
}

// Error returns the code, the detail, the fields and how long to wait.
func (e *ProblemError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s", e.Problem.Status, e.Problem.Code)
	if e.Problem.Detail != nil {
		b.WriteString(": " + *e.Problem.Detail)
	}
	for _, f := range e.Problem.Errors {
		fmt.Fprintf(&b, "; %s %s", f.Field, f.Message)
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&b, "; try again in %v", e.RetryAfter)
	}
	return b.String()
}

// CodeOf returns the code of a *ProblemError, or "" for any other error.
func CodeOf(err error) string {
	var problem *ProblemError
	if errors.As(err, &problem) {
		return string(problem.Problem.Code)
	}
	return ""
}

// problems turns answers of 400 and above into errors.
type problems struct {
	next HttpRequestDoer
}

func (p problems) Do(r *http.Request) (*http.Response, error) {
	response, err := p.next.Do(r)
	if err != nil || response.StatusCode < http.StatusBadRequest {
		return response, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	problem := Problem{Status: response.StatusCode, Title: response.Status, Code: "unreadable_answer"}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		if err := json.Unmarshal(body, &problem); err != nil {
			return nil, fmt.Errorf("decode the problem: %w", err)
		}
	}
	refused := &ProblemError{Problem: problem}
	if seconds, err := strconv.ParseUint(response.Header.Get("Retry-After"), 10, 31); err == nil {
		refused.RetryAfter = time.Duration(seconds) * time.Second
	}
	return nil, refused
}
