package main

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

func TestTheBareHandlerClaimsOnce(t *testing.T) {
	t.Parallel()
	plain := plainSide(t, time.Now().UTC().Truncate(time.Microsecond))
	first := plain.ask(t, claimOne, 0)
	again := plain.ask(t, claimOne, 0)
	assert.JSONEq(t, string(first.body), string(again.body), "a request that comes again gets the first one's answer")
	for what, want := range map[string]int{plain.ids[0]: http.StatusConflict, noProperty: http.StatusNotFound, "no id": http.StatusInternalServerError} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, plain.base, http.NoBody)
		require.NoError(t, err)
		r.URL.Path = "/api/v1/properties/" + what + "/claim"
		r.Header.Set("Idempotency-Key", "another")
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, want, response.StatusCode, what)
	}
}

// noProperty is the id of no property.
const noProperty = "00000000-0000-0000-0000-000000000000"

func TestLevels(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]string{
		-time.Second: "BREACHED", 0: "URGENT", time.Hour: "SOON", 3 * time.Hour: "NORMAL",
	} {
		assert.Equal(t, want, level(left), left)
	}
}

func TestRunServesUntilItIsToldToEnd(t *testing.T) {
	t.Parallel()
	assert.Error(t, run(t.Context(), "", "postgres://%", ""), "a malformed URL")
	url := servers.Postgres(t)
	assert.Error(t, run(t.Context(), "no address", url, ""))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	assert.NoError(t, run(ctx, "127.0.0.1:0", url, ""))
}
