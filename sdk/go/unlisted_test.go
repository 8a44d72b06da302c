package propflow_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	propflow "github.com/propflow/propflow/sdk/go"
)

// TestUnlistedValuesAreDecoded answers with values that the document does not list yet: an
// older client must be able to read a newer API.
func TestUnlistedValuesAreDecoded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/kpis"):
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"kpis":[{"name":"queue_width","unit":"cases","level":"DIRE"}]}`)
		case strings.HasSuffix(r.URL.Path, "/events"):
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "id: 1\nevent: house.burnt\ndata: {\"property_id\":\"p\",\"at\":\"2026-11-23T00:00:00Z\"}\n\n")
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusConflict)
			_, _ = io.WriteString(w, `{"type":"about:blank","title":"Conflict","status":409,"code":"house_on_fire"}`)
		}
	}))
	t.Cleanup(server.Close)
	client, err := propflow.New(server.URL, "", nil)
	require.NoError(t, err)

	kpis, err := client.GetKpisWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, []propflow.Kpi{{Name: "queue_width", Unit: "cases", Level: "DIRE"}}, kpis.JSON200.Kpis)

	_, err = client.GetMeWithResponse(t.Context())
	assert.Equal(t, "house_on_fire", propflow.CodeOf(err))

	err = propflow.Live(t.Context(), client, "", func() {}, func(e propflow.Event) error {
		assert.Equal(t, "house.burnt", e.Name)
		return io.EOF
	})
	assert.ErrorIs(t, err, io.EOF)
}
