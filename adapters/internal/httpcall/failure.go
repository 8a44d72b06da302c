package httpcall

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Failure is a call that failed, and what that means for the next one.
type Failure struct {
	// Status is the status of HTTP, 0 if there was no reply or the failure is in a reply
	// of status 200. Code is the vendor's own, 0 if there is none.
	Status, Code int
	// Transient reports whether another try may succeed.
	Transient bool
	// Lost reports whether the vendor may have acted upon the request although it failed.
	Lost bool
	// Outage reports whether the failure counts for the circuit to open.
	Outage bool
	// RetryAfter is how long the vendor asks to be left alone, one hour at most, or how
	// long the circuit stays open; 0 if neither is known.
	RetryAfter time.Duration
	// Cause contains neither a URL nor any part of a reply. It is nil if Status or Code is set.
	Cause error

	api string
}

// Error returns the cause, or else the status and the code.
func (f *Failure) Error() string {
	text := f.api + ": "
	switch {
	case f.Cause != nil:
		return text + f.Cause.Error()
	case f.Status == 0:
		return text + "code " + strconv.Itoa(f.Code)
	case f.Code == 0:
		return text + "status " + strconv.Itoa(f.Status)
	default:
		return text + "status " + strconv.Itoa(f.Status) + ", code " + strconv.Itoa(f.Code)
	}
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// defaultPause is advised if the vendor fails and names no time.
const defaultPause = 5 * time.Second

// Pause returns how long the API should be left alone: RetryAfter, 5 s if that is unknown
// and another try may succeed, or else 0.
func (f *Failure) Pause() time.Duration {
	if f.RetryAfter == 0 && f.Transient {
		return defaultPause
	}
	return f.RetryAfter
}

// FailureOf returns a copy of the failure in err, or the zero value if there is none.
func FailureOf(err error) Failure {
	var f *Failure
	if errors.As(err, &f) {
		return *f
	}
	return Failure{}
}

// Unreadable returns the failure of a reply that reports success but cannot be understood.
// The reason must quote nothing of it.
func Unreadable(reason string) *Failure {
	return &Failure{Transient: true, Lost: true, Outage: true, Cause: errors.New(reason)}
}

// refusal returns the failure of a reply whose status is not below 300.
func (c *Client) refusal(response *http.Response, reply []byte) *Failure {
	server := response.StatusCode >= http.StatusInternalServerError
	return &Failure{
		Status: response.StatusCode, Code: c.api.Code(response.StatusCode, reply),
		Transient: server || response.StatusCode == http.StatusTooManyRequests,
		Lost:      server, Outage: server,
		RetryAfter: c.retryAfter(response.Header.Get("Retry-After")),
	}
}

// retryAfter parses the header (RFC 9110, 10.2.3), which is in seconds or a date. It returns 0
// if the header is neither, and at most an hour.
func (c *Client) retryAfter(header string) time.Duration {
	var after time.Duration
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		after = time.Duration(min(seconds, 3600)) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		after = date.Sub(c.clock.Now())
	}
	return min(max(after, 0), time.Hour)
}

// broken returns the failure of a request that got no complete reply, or of ctx if that has
// ended.
func broken(ctx context.Context, err error) *Failure {
	if ended := ctx.Err(); ended != nil {
		return &Failure{Lost: true, Outage: errors.Is(ended, context.DeadlineExceeded), Cause: ended}
	}
	var dial *net.OpError
	sent := !errors.As(err, &dial) || dial.Op != "dial"
	return &Failure{Transient: true, Lost: sent, Outage: true, Cause: withoutURL(err)}
}

func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
