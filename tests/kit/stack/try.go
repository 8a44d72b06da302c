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
	// APIHost stands for whichever replica of the API is asked.
	APIHost = "api.invalid"
	// APIURL is where clients of the API think it is.
	APIURL = "http://" + APIHost
	// oneTry bounds one try of a request.
	oneTry = 15 * time.Second
)

// Try is one try of a request. What goes to APIHost goes to Replica, from Address, with
// Token; what goes elsewhere (the object store) goes as it is.
type Try struct {
	HTTP *http.Client
	// Replica is the host:port of one API.
	Replica string
	// Address is the person's, as the proxy before the API tells it.
	Address string
	// Token is the access token, or empty for a guest.
	Token string
}

// Do sends r, which can be sent again. But for event streams, the answer has been read whole
// within 15 s; a stream ends when its body is closed.
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

// Whole reads an answer to its end, so that its body outlives the request's time.
func Whole(response *http.Response) (*http.Response, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// stream ends its request when it is closed.
type stream struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (s *stream) Close() error {
	s.cancel()
	return s.ReadCloser.Close()
}

// ProblemCode reads the problem's code, empty where the answer is no problem, and leaves the
// answer as it was.
func ProblemCode(response *http.Response) string {
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	var problem propflow.Problem
	if err != nil || json.Unmarshal(body, &problem) != nil {
		return ""
	}
	return string(problem.Code)
}
