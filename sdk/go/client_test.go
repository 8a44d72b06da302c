package propflow_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	propflow "github.com/propflow/propflow/sdk/go"
)

func TestAProblemStatesHowLongToWait(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"872": 872 * time.Second, "0": 0, "": 0, "-5": 0, "soon": 0, "99999999999": 0, "Mon, 30 Nov 2026 09:00:00 GMT": 0,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
			_, _ = io.WriteString(w, `{"type":"about:blank","title":"Too Many Requests","status":429,"code":"too_many_totp_attempts"}`)
		}))
		t.Cleanup(server.Close)
		client, err := propflow.New(server.URL, "", nil)
		require.NoError(t, err)
		_, err = client.GetMeWithResponse(t.Context())
		var problem *propflow.ProblemError
		require.ErrorAs(t, err, &problem)
		assert.Equal(t, want, problem.RetryAfter, header)
		if want > 0 {
			assert.ErrorContains(t, err, "429 too_many_totp_attempts; try again in 14m32s")
		} else {
			assert.NotContains(t, err.Error(), "try again", header)
		}
	}
}
