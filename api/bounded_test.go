package api

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// stuck is a unit of work that does nothing until the caller gives up.
type stuck struct{}

func (stuck) Do(ctx context.Context, _ func(context.Context, ports.Tx) error) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestRequestsAreGivenUpInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t, func(o *Options, _ *memory.Ports) { o.UseCases.GetMe = identity.GetMe{UnitOfWork: stuck{}} })
		start := time.Now()
		w := f.send(http.MethodGet, "/api/v1/me", "", bearer(f.token(t, domain.RoleCustomer)))
		assert.Equal(t, requestTimeout, time.Since(start))
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Equal(t, "5", w.Header().Get("Retry-After"))
		assert.Contains(t, w.Body.String(), "service_unavailable")
	})
}

func TestClientsThatLeaveAreNoOutage(t *testing.T) {
	t.Parallel()
	leaving, leave := context.WithCancel(t.Context())
	leave()
	_, err := bounded(func(ctx context.Context, _ http.ResponseWriter, _ *http.Request, _ any) (any, error) {
		return nil, ctx.Err()
	}, "GetMe")(leaving, nil, nil, nil)
	assert.Equal(t, context.Canceled, err)
}

func TestAnswersMayStreamLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var body io.Reader
		streaming := func(ctx context.Context, _ http.ResponseWriter, _ *http.Request, _ any) (any, error) {
			read, write := io.Pipe()
			context.AfterFunc(ctx, func() { _ = read.CloseWithError(ctx.Err()) })
			body = read
			go func() {
				time.Sleep(2 * requestTimeout)
				_, _ = write.Write([]byte("all of it"))
				_ = write.Close()
			}()
			return nil, nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err := bounded(streaming, "GetReport")(ctx, nil, nil, nil)
		require.NoError(t, err)
		all, err := io.ReadAll(body)
		require.NoError(t, err)
		assert.Equal(t, "all of it", string(all))
	})
}

func TestStreamsOfEventsAreNotBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := bounded(func(ctx context.Context, _ http.ResponseWriter, _ *http.Request, _ any) (any, error) {
			time.Sleep(2 * requestTimeout)
			return nil, ctx.Err()
		}, "StreamEvents")(t.Context(), nil, nil, nil)
		assert.NoError(t, err)
	})
}
