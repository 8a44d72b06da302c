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

// retryAfter is the pause that clients are advised when the store is down.
const retryAfter = 5 * time.Second

// connections is the maximum number of connections to the store.
const connections = 64

// httpClient returns a client of which no single wait exceeds half the timeout, so that a second
// try on another connection has the other half.
func httpClient(timeout time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = timeout / 4 }).
		WithTransportOptions(func(t *http.Transport) {
			t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = timeout/4, timeout/2
			t.MaxConnsPerHost, t.MaxIdleConnsPerHost = connections, connections/4
		})
}

// retries returns a Retryer that tries a call at most three times, with short pauses, because
// a request may be waiting for it.
func retries() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = 3, 200*time.Millisecond
	})
}

// call runs do within the timeout, plus a second for each megabyte that it sends, and translates
// its error.
func (b *Blobs) call(ctx context.Context, bytes int, do func(ctx context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, b.timeout+time.Duration(bytes>>20)*time.Second)
	defer cancel()
	return translate(ctx, do(bounded))
}

// refused is the error for one object of a call for many: the store did not process it.
type refused struct{ code, key string }

func (r *refused) Error() string { return fmt.Sprintf("%s: %s", r.key, r.code) }

var errNoBucket = errors.New("there is no such bucket")

// missing reports whether err means that there is no such object. The reply to a HEAD has no
// body, so its code is that of the status, NotFound.
func missing(err error) bool {
	var answer smithy.APIError
	return errors.As(err, &answer) && (answer.ErrorCode() == "NoSuchKey" || answer.ErrorCode() == "NotFound")
}

// translate turns the SDK's errors into those of domain. Any other refusal with a status of 4xx
// but 429 stays as it is, KindInternal, because it is a fault of ours and not of the store.
func translate(ctx context.Context, err error) error {
	var answer *awshttp.ResponseError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil: // the caller has given up
		return fmt.Errorf("s3: %w", ctx.Err())
	case missing(err):
		return fmt.Errorf("%w: %w", domain.NotFound("blob"), err)
	case errors.As(err, &answer) && answer.HTTPStatusCode()/100 == 4 && answer.HTTPStatusCode() != http.StatusTooManyRequests:
		return fmt.Errorf("s3: %w", err)
	}
	return domain.Unavailable("storage", retryAfter, err)
}

// body is an object that is being read. It gives up if the store delivers nothing for maxWait;
// the time between the caller's reads does not count.
type body struct {
	ctx     context.Context // the caller's
	cancel  context.CancelCauseFunc
	maxWait time.Duration
	timer   *time.Timer
	from    io.ReadCloser
}

var errStalled = errors.New("the object stopped arriving")

func (b *body) giveUp() { b.cancel(errStalled) }

func (b *body) end() {
	b.timer.Stop()
	b.cancel(nil)
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.timer.Reset(b.maxWait)
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
