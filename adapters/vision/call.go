package vision

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/propflow/propflow/domain"
)

// maxReply bounds a reply in bytes: a page full of print fits many times.
const maxReply = 1 << 20

// call makes one request, once, unless the circuit is open. Its errors are of type *failure.
func (a *Analyzer) call(ctx context.Context, body []byte) (analysis domain.ImageAnalysis, err error) {
	err = failsafe.With(a.breaker).Run(func() (err error) {
		analysis, err = a.exchange(ctx, body)
		return err
	})
	if errors.Is(err, circuitbreaker.ErrOpen) {
		err = &failure{retryAfter: max(a.breaker.RemainingDelay(), time.Second), cause: err}
	}
	return analysis, err
}

func (a *Analyzer) exchange(ctx context.Context, body []byte) (domain.ImageAnalysis, error) {
	try, cancel := context.WithTimeout(ctx, a.config.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(try, http.MethodPost, a.target, bytes.NewReader(body))
	if err != nil {
		return domain.ImageAnalysis{}, &failure{cause: withoutURL(err)}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Goog-Api-Key", a.config.Key)
	response, err := a.client.Do(request)
	if err != nil {
		return domain.ImageAnalysis{}, broken(ctx, err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	reply, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch {
	case response.StatusCode >= 300:
		return domain.ImageAnalysis{}, a.refusal(response, reply)
	case err != nil:
		return domain.ImageAnalysis{}, broken(ctx, err)
	case len(reply) > maxReply:
		return domain.ImageAnalysis{}, unreadable(errors.New("the reply is too large"))
	}
	return read(reply)
}

// read reads a reply about one image.
func read(reply []byte) (domain.ImageAnalysis, error) {
	var batch struct {
		Responses []annotation `json:"responses"`
	}
	if json.Unmarshal(reply, &batch) != nil || len(batch.Responses) != 1 { // its error may quote the reply
		return domain.ImageAnalysis{}, unreadable(errors.New("the reply is not the JSON that is documented"))
	}
	if code := batch.Responses[0].Error.Code; code != codeOK {
		return domain.ImageAnalysis{}, imageFailure(code)
	}
	return batch.Responses[0].analysis(), nil
}

// The codes of google.rpc.Code that are told apart.
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

// imageFailure is that of an image in a batch that succeeded.
func imageFailure(code int) *failure {
	f := &failure{code: code}
	switch code {
	case codeInvalidArgument, codeOutOfRange: // "Bad image data."
		f.badImage = true
	case codeNotFound, codePermissionDenied, codeFailedPrecondition, codeUnimplemented, codeUnauthenticated:
	default: // deadline, quota, internal, unavailable and what is new
		f.transient, f.outage = true, true
	}
	return f
}

// refusal reads a reply that is no success.
func (a *Analyzer) refusal(response *http.Response, reply []byte) *failure {
	var problem struct {
		Error struct {
			Status  string   `json:"status"`
			Details []detail `json:"details"`
		} `json:"error"`
	}
	_ = json.Unmarshal(reply, &problem) // a proxy's error page has no status
	// A wrong key is an invalid argument too, but with a reason.
	reasoned := slices.ContainsFunc(problem.Error.Details, func(d detail) bool { return d.Reason != "" })
	server := response.StatusCode >= http.StatusInternalServerError
	return &failure{
		status:    response.StatusCode,
		transient: server || response.StatusCode == http.StatusTooManyRequests,
		outage:    server,
		badImage: response.StatusCode == http.StatusRequestEntityTooLarge ||
			response.StatusCode == http.StatusBadRequest && problem.Error.Status == "INVALID_ARGUMENT" && !reasoned,
		retryAfter: a.retryAfter(response.Header.Get("Retry-After")),
	}
}

// detail is a google.rpc.ErrorInfo, or another message without a reason.
type detail struct {
	Reason string `json:"reason"`
}

// retryAfter reads the header (RFC 9110, 10.2.3): seconds or a date. It returns 0 for what
// it cannot read, and an hour at most.
func (a *Analyzer) retryAfter(header string) time.Duration {
	var after time.Duration
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		after = time.Duration(min(seconds, 3600)) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		after = date.Sub(a.clock.Now())
	}
	return min(max(after, 0), time.Hour)
}

// failure says what a failed call means for the next one.
type failure struct {
	status, code int  // HTTP's, or the image's google.rpc.Code
	transient    bool // another try may succeed
	outage       bool // speaks for the circuit to open
	badImage     bool // Google cannot read the image
	retryAfter   time.Duration
	cause        error
}

// Error names the status, the code or the cause.
func (f *failure) Error() string {
	switch {
	case f.cause != nil:
		return "vision: " + f.cause.Error()
	case f.status != 0:
		return "vision: status " + strconv.Itoa(f.status)
	default:
		return "vision: the image failed with code " + strconv.Itoa(f.code)
	}
}

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.cause }

// failureOf returns the failure in err, or one that says nothing.
func failureOf(err error) failure {
	var f *failure
	if errors.As(err, &f) {
		return *f
	}
	return failure{}
}

// broken is a failure of the way to Google or back; of ctx where that has ended.
func broken(ctx context.Context, err error) *failure {
	if ended := ctx.Err(); ended != nil {
		return &failure{outage: errors.Is(ended, context.DeadlineExceeded), cause: ended}
	}
	return &failure{transient: true, outage: true, cause: withoutURL(err)}
}

// unreadable is a success that we cannot read.
func unreadable(cause error) *failure { return &failure{transient: true, outage: true, cause: cause} }

func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
