package vision

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/propflow/propflow/adapters/internal/httpcall"
	"github.com/propflow/propflow/domain"
)

// maxReply bounds a reply in bytes: a page full of print fits many times.
const maxReply = 1 << 20

// api describes Google's API to httpcall.
func (c Config) api() httpcall.API {
	return httpcall.API{Name: "vision", MaxReply: maxReply, Sign: c.sign, Code: code}
}

func (c Config) sign(r *http.Request) {
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Goog-Api-Key", c.Key)
}

// code returns codeInvalidArgument or codeOutOfRange if a refusal is about the image, or
// else 0.
func code(status int, reply []byte) int {
	var problem struct {
		Error struct {
			Status  string   `json:"status"`
			Details []detail `json:"details"`
		} `json:"error"`
	}
	_ = json.Unmarshal(reply, &problem) // a proxy's error page has no status
	// A wrong key is an invalid argument too, but with a reason.
	reasoned := slices.ContainsFunc(problem.Error.Details, func(d detail) bool { return d.Reason != "" })
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return codeOutOfRange
	case status == http.StatusBadRequest && problem.Error.Status == "INVALID_ARGUMENT" && !reasoned:
		return codeInvalidArgument
	default:
		return 0
	}
}

// detail is a google.rpc.ErrorInfo, or another message without a reason.
type detail struct {
	Reason string `json:"reason"`
}

// call makes one request, once, unless the circuit is open. Its errors are of type
// *httpcall.Failure.
func (a *Analyzer) call(ctx context.Context, body []byte) (analysis domain.ImageAnalysis, err error) {
	err = a.client.Do(ctx, http.MethodPost, a.target, body, func(reply []byte) (err error) {
		analysis, err = read(reply)
		return err
	})
	return analysis, err
}

// read decodes a reply about one image.
func read(reply []byte) (domain.ImageAnalysis, error) {
	var batch struct {
		Responses []annotation `json:"responses"`
	}
	if json.Unmarshal(reply, &batch) != nil || len(batch.Responses) != 1 { // its error may quote the reply
		return domain.ImageAnalysis{}, httpcall.Unreadable("the reply is not the JSON that is documented")
	}
	if code := batch.Responses[0].Error.Code; code != codeOK {
		return domain.ImageAnalysis{}, imageFailure(code)
	}
	return batch.Responses[0].analysis(), nil
}

// The codes of google.rpc.Code after which another try would not help, and that of success.
const (
	codeOK                 = 0
	codeInvalidArgument    = 3
	codeNotFound           = 5
	codePermissionDenied   = 7
	codeFailedPrecondition = 9
	codeOutOfRange         = 11
	codeUnimplemented      = 12
	codeUnauthenticated    = 16
)

// imageFailure returns the failure of an image in a batch that succeeded.
func imageFailure(code int) *httpcall.Failure {
	f := &httpcall.Failure{Code: code}
	switch code {
	case codeInvalidArgument, codeOutOfRange: // "Bad image data."
	case codeNotFound, codePermissionDenied, codeFailedPrecondition, codeUnimplemented, codeUnauthenticated:
	default: // deadline, quota, internal, unavailable and codes added later
		f.Transient, f.Outage = true, true
	}
	return f
}

// badImage reports whether the failure is Google's verdict on the image.
func badImage(f httpcall.Failure) bool {
	return f.Code == codeInvalidArgument || f.Code == codeOutOfRange
}
