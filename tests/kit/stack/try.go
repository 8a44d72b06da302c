package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

const (
	// APIHost is a placeholder that Try replaces with the address of a replica.
	APIHost = "api.invalid"
	// APIURL is the base URL for clients of the API.
	APIURL = "http://" + APIHost
	// oneTry is the timeout of one try of a request.
	oneTry = 15 * time.Second
)

// Try is one try of a request. A request to APIHost is sent to Replica, from Address, with
// Token. Others (to the object store) are sent unchanged.
type Try struct {
	HTTP *http.Client
	// Replica is the host:port of one API.
	Replica string
	// Address is the user's, as the proxy before the API would forward it.
	Address string
	// Token is the access token, or empty for a guest.
	Token string
}

// Do sends a copy of r, so that r can be sent again. It reads the whole answer within 15 s,
// except that of an event stream, which ends when its body is closed.
func (t Try) Do(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	timer := time.AfterFunc(oneTry, cancel)
	try := r.Clone(ctx)
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			cancel()
			return nil, err
		}
		try.Body = body
	}
	if try.URL.Host == APIHost {
		try.URL.Host, try.Host = t.Replica, ""
		try.Header.Set("X-Forwarded-For", t.Address)
		if t.Token != "" && try.Header.Get("Authorization") == "" {
			try.Header.Set("Authorization", "Bearer "+t.Token)
		}
	}
	response, err := t.HTTP.Do(try)
	if err != nil {
		cancel()
		return nil, err
	}
	if response.StatusCode == http.StatusOK && r.Header.Get("Accept") == "text/event-stream" {
		timer.Stop()
		response.Body = &stream{response.Body, cancel}
		return response, nil
	}
	defer cancel()
	return Whole(response)
}

// Whole reads an answer to its end and returns it with the body in memory, which can be read
// after the request's context has ended.
func Whole(response *http.Response) (*http.Response, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// stream is a body that cancels its request when it is closed.
type stream struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (s *stream) Close() error {
	s.cancel()
	return s.ReadCloser.Close()
}

// ProblemCode returns the code of a problem, or "" if the answer is no problem. The body can be
// read again afterwards.
func ProblemCode(response *http.Response) string {
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	var problem propflow.Problem
	if err != nil || json.Unmarshal(body, &problem) != nil {
		return ""
	}
	return string(problem.Code)
}
