package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/propflow/propflow/domain"
)

// retryAfter is what clients are told when the store is down.
const retryAfter = 5 * time.Second

// connections to the store at most.
const connections = 64

// httpClient returns a client that waits for nothing longer than half the timeout, so that
// a second try on another connection has the other half.
func httpClient(timeout time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = timeout / 4 }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = timeout/4, timeout/2
			t.MaxConnsPerHost, t.MaxIdleConnsPerHost = connections, connections/4
		})
}

// retries tries a call three times, quickly: a request may be waiting for it.
func retries() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = 3, 200*time.Millisecond
	})
}

// call gives do its time: the timeout, and a second for each megabyte that it sends.
func (b *Blobs) call(ctx context.Context, bytes int, do func(ctx context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, b.timeout+time.Duration(bytes>>20)*time.Second)
	defer cancel()
	return translate(ctx, do(bounded))
}

// refused says that the store did not do its part of a larger call.
type refused struct{ code, key string }

func (r *refused) Error() string { return fmt.Sprintf("%s: %s", r.key, r.code) }

var errNoBucket = errors.New("there is no such bucket")

// missing tells the errors that say that there is no such object. A HEAD has no body and so
// no code but the status.
func missing(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && (answer.ErrorCode() == "NoSuchKey" || answer.ErrorCode() == "NotFound")
}

// translate puts the SDK's errors into the words of domain.Error. What the store refuses for
// another reason than its own state is a fault of ours.
func translate(ctx context.Context, err error) error {
	var answer *awshttp.ResponseError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // the caller has left
		return fmt.Errorf("s3: %w", ctx.Err())
	case missing(err):
		return fmt.Errorf("%w: %w", domain.NotFound("blob"), err)
	case errors.As(err, &answer) && answer.HTTPStatusCode()/100 == 4 && answer.HTTPStatusCode() != http.StatusTooManyRequests:
		return fmt.Errorf("s3: %w", err)
	}
	return domain.Unavailable("storage", retryAfter, err)
}

// body is an object that is being read. It gives up when the store keeps it waiting; time
// that the reader takes does not count.
type body struct {
	ctx      context.Context // the caller's
	cancel   context.CancelCauseFunc
	patience time.Duration
	timer    *time.Timer
	from     io.ReadCloser
}

var errStalled = errors.New("the object stopped arriving")

func (b *body) giveUp() { b.cancel(errStalled) }

func (b *body) end() {
	b.timer.Stop()
	b.cancel(nil)
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.timer.Reset(b.patience)
	n, err := b.from.Read(p)
	b.timer.Stop()
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	return n, translate(b.ctx, err)
}

// Close implements io.Closer.
func (b *body) Close() error {
	b.end()
	return b.from.Close()
}
