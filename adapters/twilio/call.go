package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// maxReply bounds a reply in bytes: pageSize messages of 1,600 escaped characters fit.
const maxReply = 4 << 20

// call makes one request, once, unless the circuit is open, and reads the reply into what
// into points to. Its errors are of type *failure.
func (m *Messenger) call(ctx context.Context, method string, query, form url.Values, into any) error {
	err := failsafe.With(m.breaker).Run(func() error { return m.exchange(ctx, method, query, form, into) })
	if errors.Is(err, circuitbreaker.ErrOpen) {
		return &failure{retryAfter: max(m.breaker.RemainingDelay(), time.Second), cause: err}
	}
	return err
}

func (m *Messenger) exchange(ctx context.Context, method string, query, form url.Values, into any) error {
	try, cancel := context.WithTimeout(ctx, m.config.Timeout)
	defer cancel()
	target := m.messages
	if query != nil {
		target += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(try, method, target, strings.NewReader(form.Encode()))
	if err != nil {
		return &failure{cause: withoutURL(err)}
	}
	request.SetBasicAuth(m.config.AccountSID, m.config.AuthToken)
	request.Header.Set("Accept", "application/json")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := m.client.Do(request)
	if err != nil {
		return broken(ctx, err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	reply, err := io.ReadAll(io.LimitReader(response.Body, maxReply+1))
	switch {
	case response.StatusCode >= 300:
		return m.refusal(response, reply)
	case err != nil:
		return broken(ctx, err)
	case len(reply) > maxReply:
		return unreadable(errors.New("the reply is too large"))
	}
	if json.Unmarshal(reply, into) != nil { // its error may quote the reply
		return unreadable(errors.New("the reply is not the JSON that is documented"))
	}
	return nil
}

// refusal reads a reply that is no success.
func (m *Messenger) refusal(response *http.Response, reply []byte) *failure {
	var problem struct {
		Code int `json:"code"`
	}
	_ = json.Unmarshal(reply, &problem) // a proxy's error page has no code
	server := response.StatusCode >= http.StatusInternalServerError
	return &failure{
		status: response.StatusCode, code: problem.Code,
		transient: server || response.StatusCode == http.StatusTooManyRequests,
		lost:      server, outage: server,
		retryAfter: m.retryAfter(response.Header.Get("Retry-After")),
	}
}

// retryAfter reads the header (RFC 9110, 10.2.3): seconds or a date. It returns 0 for what
// it cannot read, and an hour at most.
func (m *Messenger) retryAfter(header string) time.Duration {
	var after time.Duration
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		after = time.Duration(min(seconds, 3600)) * time.Second
	} else if date, err := http.ParseTime(header); err == nil {
		after = date.Sub(m.clock.Now())
	}
	return min(max(after, 0), time.Hour)
}

// failure says what a failed call means for the next one.
type failure struct {
	status, code int // HTTP's and Twilio's; 0 where there was no such reply
	transient    bool
	lost         bool // Twilio may have acted upon the request all the same
	outage       bool // speaks for the circuit to open
	retryAfter   time.Duration
	cause        error // holds no URL, as URLs hold numbers
}

// Error names the statuses and the cause.
func (f *failure) Error() string {
	if f.status == 0 {
		return "twilio: " + f.cause.Error()
	}
	return "twilio: status " + strconv.Itoa(f.status) + ", code " + strconv.Itoa(f.code)
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

// refusesNumber reports whether Twilio will never deliver to the number, whoever asks and
// whenever: codes of Twilio's error dictionary. Refusals that a change of the account could
// lift, such as 21408 (region not enabled), are not among them.
func (f failure) refusesNumber() bool {
	switch f.code {
	case 21211, // invalid 'To' phone number
		21217, // the number does not appear to be valid
		21265, // a short code
		21268, // a premium-rate or information-service number
		21610, // the recipient has unsubscribed
		21614, // not a mobile number
		21635, // a landline
		63003, // no such address on the channel
		63024: // invalid recipient on the channel
		return f.status == http.StatusBadRequest || f.status == http.StatusForbidden
	default:
		return false
	}
}

// broken is a failure of the way to Twilio or back; of ctx where that has ended.
func broken(ctx context.Context, err error) *failure {
	if ended := ctx.Err(); ended != nil {
		return &failure{lost: true, outage: errors.Is(ended, context.DeadlineExceeded), cause: ended}
	}
	var dial *net.OpError
	sent := !errors.As(err, &dial) || dial.Op != "dial"
	return &failure{transient: true, lost: sent, outage: true, cause: withoutURL(err)}
}

// unreadable is a success that we cannot read.
func unreadable(cause error) *failure {
	return &failure{transient: true, lost: true, outage: true, cause: cause}
}

func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
