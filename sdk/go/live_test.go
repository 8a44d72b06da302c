package propflow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	propflow "github.com/propflow/propflow/sdk/go"
)

// streams answers each connection with the next text, and keeps the last one and those after
// it open. The channel receives the id after which each one resumed.
func streams(t *testing.T, texts ...string) (_ *propflow.ClientWithResponses, resumed <-chan string) {
	t.Helper()
	next, told := make(chan string, len(texts)), make(chan string, 10)
	for _, text := range texts {
		next <- text
	}
	close(next)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told <- r.Header.Get("Last-Event-ID")
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, <-next)
		_ = http.NewResponseController(w).Flush()
		if len(next) == 0 {
			<-r.Context().Done()
		}
	}))
	t.Cleanup(server.Close)
	client, err := propflow.New(server.URL, "", nil)
	require.NoError(t, err)
	return client, told
}

func event(id string) string {
	return fmt.Sprintf("id: %s\nevent: photo.inspected\ndata: {\"property_id\":\"p\",\"at\":\"2026-11-23T00:00:00Z\"}\n\n", id)
}

// pulse is how the server shows that a stream lives, and where it is.
func pulse(id string) string { return fmt.Sprintf("id: %s\nevent: pulse\ndata: {}\n\n", id) }

// A stream that breaks before its first event resumes where the server said it was.
func TestAStreamResumesBehindWhatItWasTold(t *testing.T) {
	t.Parallel()
	client, resumed := streams(t, pulse("a"), event("b"), pulse("b")+": pulse\n\n"+pulse("c"), ": pulse\n\n"+event("d"), event("e"))
	stream := propflow.Stream{Client: client}
	var heard []string
	enough := errors.New("enough")
	var err error
	for err == nil {
		err = stream.Listen(t.Context(), nil, func(e propflow.Event) error {
			heard = append(heard, e.ID)
			if e.ID == "e" {
				return enough
			}
			return nil
		})
	}
	require.ErrorIs(t, err, enough)
	assert.Equal(t, []string{"b", "d", "e"}, heard)
	for _, id := range []string{"", "a", "b", "c", "d"} {
		assert.Equal(t, id, <-resumed)
	}
	assert.Equal(t, "d", stream.LastID, "what could not be handled comes again")
}

func TestAStreamThatFallsSilentIsBroken(t *testing.T) {
	t.Parallel()
	client, _ := streams(t, pulse("a"))
	stream := propflow.Stream{Client: client, Silence: 50 * time.Millisecond}
	open := false
	require.ErrorIs(t, stream.Listen(t.Context(), func() { open = true }, nil), propflow.ErrSilent)
	assert.True(t, open)
	assert.Equal(t, "a", stream.LastID)

	ctx, leave := context.WithCancel(t.Context())
	require.ErrorIs(t, propflow.Live(ctx, client, "", leave, nil), context.Canceled)
}

// silent accepts requests and never answers, as a proxy does whose server hangs.
type silent struct{}

func (silent) Do(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestAStreamWithoutAnAnswerIsBroken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, err := propflow.New("http://localhost", "", silent{})
		require.NoError(t, err)
		stream, began := propflow.Stream{Client: client}, time.Now()
		bounded, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		require.ErrorIs(t, stream.Listen(bounded, nil, nil), propflow.ErrSilent)
		assert.Equal(t, 45*time.Second, time.Since(began), "three pulses of the server")

		stream.Silence = time.Minute
		bounded, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, stream.Listen(bounded, nil, nil), context.DeadlineExceeded)
	})
}
