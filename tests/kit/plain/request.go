package plain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Request is a request to the API.
type Request struct {
	Method, Path string // the path without /api/v1
	Token        string // the access token; empty for a guest
	Key          string // the Idempotency-Key; empty for none
	IfMatch      string // the ETag of what is to be changed; empty for none
	// Body is nil for a request without one. ContentType is its type; empty for JSON.
	Body        []byte
	ContentType string

	Reason string // why staff open a case that is not theirs; empty for none
}

// Answer is the answer to a Request.
type Answer struct {
	Status int
	Body   []byte
	Object // the body, if it is a JSON object
}

// ETag returns the version of what was answered, for IfMatch.
func (o Object) ETag() string { return fmt.Sprintf("%q", fmt.Sprint(int64(o.Number("version")))) }

// Err returns nil if the request succeeded, else an error with the answer.
func (a Answer) Err() error {
	if a.Status < http.StatusMultipleChoices {
		return nil
	}
	return fmt.Errorf("%d: %s", a.Status, a.Body)
}

// Send sends the request to an API at url, and returns whatever it answers.
func (r Request) Send(ctx context.Context, url string) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, r.Method, url+"/api/v1"+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return Answer{}, err
	}
	set := func(name, value string) {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	if set("Content-Type", r.ContentType); r.Body != nil && r.ContentType == "" {
		set("Content-Type", "application/json")
	}
	if set("Idempotency-Key", r.Key); r.Token != "" {
		set("Authorization", "Bearer "+r.Token)
	}
	set("If-Match", r.IfMatch)
	set("PropFlow-Reason", r.Reason)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	a := Answer{Status: response.StatusCode}
	if a.Body, err = io.ReadAll(response.Body); err != nil {
		return a, err
	}
	_ = json.Unmarshal(a.Body, &a.Object) // a body of another kind leaves it empty
	return a, nil
}
