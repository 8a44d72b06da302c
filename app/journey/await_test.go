package journey_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// streams reports whether the request asks for live events.
func streams(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/events") }

func answer(status int, kind, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {kind}},
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

// proxy answers requests for live events itself.
type proxy func(r *http.Request) (*http.Response, error)

func (p proxy) Do(r *http.Request) (*http.Response, error) {
	if streams(r) {
		return p(r)
	}
	return http.DefaultClient.Do(r)
}

// A proxy that refuses the stream, or ends it and refuses another, must not stop the main job.
func TestARunWithoutLiveEventsAsksInstead(t *testing.T) {
	t.Parallel()
	refuse := func(*http.Request) (*http.Response, error) {
		return answer(http.StatusForbidden, "text/html", "no streams here"), nil
	}
	var opened bool
	for name, events := range map[string]proxy{
		"refused": refuse,
		"ended": func(r *http.Request) (*http.Response, error) {
			if opened {
				return refuse(r)
			}
			opened = true
			return answer(http.StatusOK, "text/event-stream", ": connected\n\n"), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, codes := demonstrate(t)
			var progress bytes.Buffer
			p := plan(url, codes, 1, house()...)
			p.Valuer, p.Supervisor, p.Doer, p.Progress = "+919800000002", "+919800000004", events, &progress
			p.Report = filepath.Join(t.TempDir(), "report.pdf")
			outcome, err := p.Run(t.Context())
			require.NoError(t, err, progress.String())
			assert.Equal(t, propflow.PropertyStateVALUED, outcome.Property.State)
			assert.Equal(t, 1, strings.Count(progress.String(), "the live events ended: 403 unreadable_answer: asking every 500ms instead\n"), progress.String())
		})
	}
}

// stalled never answers.
type stalled struct{}

func (stalled) Do(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

func TestARunThatTakesTooLongNamesWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := plan("http://localhost", nil, 1)
		p.Doer, p.Timeout = stalled{}, 5*time.Minute
		began := time.Now()
		_, err := p.Run(t.Context())
		var tooLong *journey.TimeoutError
		require.ErrorAs(t, err, &tooLong)
		assert.EqualError(t, err, "gave up after 5m0s, waiting for the owner's login: owner: ask for a code: the timeout passed")
		var coded interface{ ExitCode() int }
		assert.NotErrorAs(t, err, &coded, "the command looks through the whole error for its exit code")
		assert.Equal(t, 5*time.Minute, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = p.Run(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.NotErrorAs(t, err, &tooLong, "the caller's own bound is not the run's")
	})
}
