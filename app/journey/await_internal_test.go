package journey

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	propflow "github.com/propflow/propflow/sdk/go"
)

// quiet opens a stream of live events that carries nothing.
type quiet struct{}

func (quiet) Do(r *http.Request) (*http.Response, error) {
	read, write := io.Pipe()
	context.AfterFunc(r.Context(), func() { _ = write.CloseWithError(r.Context().Err()) })
	return &http.Response{StatusCode: http.StatusOK, Body: read}, nil
}

// listening is an owner who hears of nothing.
func listening(t *testing.T) *Owner {
	t.Helper()
	client, err := propflow.New("http://localhost", "", quiet{})
	require.NoError(t, err)
	person := &Person{Client: client}
	events, err := NewWatch(t.Context(), person)
	require.NoError(t, err)
	return &Owner{Person: person, Events: events}
}

func TestALostEventIsAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		owner := listening(t)
		defer owner.leave()
		began, asked := time.Now(), 0
		never := func(propflow.Event) bool { return false }
		require.NoError(t, (&run{}).await(t.Context(), owner, never, func() (bool, error) {
			asked++
			return asked == 2, nil
		}))
		assert.Equal(t, 2*eventPatience, time.Since(began))

		lost := errors.New("lost")
		assert.ErrorIs(t, (&run{}).await(t.Context(), owner, never, func() (bool, error) { return false, lost }), lost)
	})
}

// The end of a watch is no event: a caller that awaits one must get an error.
func TestAWatchThatIsClosedEndsItsWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		owner := listening(t)
		owner.Events.Close()
		assert.ErrorIs(t, owner.AwaitEvent(t.Context(), "any", "report.stored"), context.Canceled)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		owner.Events = nil
		assert.ErrorIs(t, (&run{}).await(ctx, owner, nil, func() (bool, error) { return false, nil }), context.DeadlineExceeded)
	})
}
