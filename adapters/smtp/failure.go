package smtp

import (
	"context"
	"errors"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/propflow/propflow/domain"
)

// failure is an error of one step, without the server's text.
type failure struct {
	step     string
	code     int    // of the server's reply, 0 if there was none
	enhanced string // RFC 3463, such as 5.1.1; empty if there was none
	cause    error  // of the connection; nil if the server replied
}

// Error names the step, and the reply or the cause.
func (f *failure) Error() string {
	text := "smtp: " + f.step
	if f.code == 0 && f.cause != nil {
		return text + ": " + f.cause.Error()
	}
	text += ": reply " + strconv.Itoa(f.code)
	if f.enhanced != "" {
		text += " " + f.enhanced
	}
	return text
}

// Unwrap returns the cause.
func (f *failure) Unwrap() error { return f.cause }

// recipientStep is the failure.step of an address that was refused.
const recipientStep = "recipient"

// steps names the library's steps. Its own error texts are not used, because they repeat the
// address.
var steps = map[gomail.SendErrReason]string{
	gomail.ErrSMTPMailFrom: "sender", gomail.ErrSMTPRcptTo: recipientStep, gomail.ErrSMTPData: "data",
	gomail.ErrSMTPDataClose: "data", gomail.ErrWriteContent: "data",
}

// broken returns the failure for an error of the library, or for that of ctx if it has ended.
func broken(ctx context.Context, step string, err error) *failure {
	if ended := ctx.Err(); ended != nil {
		return &failure{step: step, cause: ended}
	}
	var sending *gomail.SendError
	if errors.As(err, &sending) {
		if named := steps[sending.Reason]; named != "" {
			step = named
		}
		if sending.ErrorCode() == 0 {
			return &failure{step: step, cause: errors.New("the connection broke")}
		}
		return &failure{step: step, code: sending.ErrorCode(), enhanced: sending.EnhancedStatusCode()}
	}
	var reply *textproto.Error
	if errors.As(err, &reply) {
		if strings.Contains(err.Error(), "AUTH") {
			step = "login"
		}
		return &failure{step: step, code: reply.Code}
	}
	return &failure{step: step, cause: err}
}

// refusesAddress reports whether the server will never deliver to the address, at any time and for
// any sender.
func (f *failure) refusesAddress() bool {
	if f.step != recipientStep {
		return false
	}
	switch f.code {
	case 550, // no such mailbox
		551, // not here
		553: // not a mailbox name
		policy := strings.HasPrefix(f.enhanced, "5.7.") // of the server, e.g. relay access denied
		full := f.enhanced == "5.2.2"
		return !policy && !full
	}
	return false
}

// retryAfter is advised if the server does not answer or asks for a later try.
const retryAfter = 5 * time.Second

// translate turns any error into one of domain.
func translate(err error) error {
	var f *failure
	if !errors.As(err, &f) {
		return domain.Unavailable("messenger", 0, err)
	}
	if f.refusesAddress() {
		return refused(err)
	}
	var after time.Duration
	if f.code == 0 || f.code/100 == 4 {
		after = retryAfter
	}
	return domain.Unavailable("messenger", after, err)
}

// refused is the error for an address that messages cannot be sent to.
func refused(cause error) error {
	return &domain.Error{
		Kind: domain.KindInvalid, Code: "address_refused",
		Message: "messages cannot be delivered to this address", Cause: cause,
	}
}
