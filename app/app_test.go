package app_test

import (
	"bytes"
	"context"
	"errors"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/tests/kit/servers"
)

var silent = slog.New(slog.DiscardHandler)

func demo(t *testing.T) *app.Demo {
	t.Helper()
	d, err := app.NewDemo(t.Context(), config.Config{
		Address: "127.0.0.1:0", UserRequestsPerMinute: 1000, AddressRequestsPerMinute: 1000,
	}, silent)
	require.NoError(t, err)
	return d
}

func TestDemoServesItsPageAndEndsCleanly(t *testing.T) {
	t.Parallel()
	d := demo(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()

	page := html.UnescapeString(get(t, d.URL+"/demo"))
	for _, s := range d.Staff {
		assert.Contains(t, page, s.Name)
		assert.Contains(t, page, string(s.Phone))
	}
	assert.Contains(t, page, "None yet")
	assert.Contains(t, get(t, d.URL+"/"), "PropFlow demo", "the root leads to the page")
	assert.Contains(t, get(t, d.URL+"/docs/"), "PropFlow")
	stop()
	require.NoError(t, <-ended)
	_, err := http.Get(d.URL + "/health")
	assert.Error(t, err, "nothing listens any more")
}

func TestDemoSaysWhyItCannotStart(t *testing.T) {
	t.Parallel()
	taken, err := app.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	_, err = app.NewDemo(t.Context(), config.Config{Address: taken.Addr().String()}, silent)
	assert.ErrorContains(t, err, "listen on "+taken.Addr().String())
	_, err = app.NewDemo(t.Context(), config.Config{Address: "127.0.0.1:0", SecretKeys: []string{"short"}}, silent)
	assert.Error(t, err)
}

func TestRunEndsWhenThePortIsLost(t *testing.T) {
	t.Parallel()
	listener, err := app.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	d := demo(t)
	defer d.Close()
	a, err := app.OnAdapters(config.Config{}, d.Adapters(), listener, silent, nil, nil)
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	assert.ErrorIs(t, a.Run(t.Context()), net.ErrClosed)
}

func TestURLNamesWhatClientsCanReach(t *testing.T) {
	t.Parallel()
	for address, host := range map[string]string{"127.0.0.1:0": "localhost", ":0": "localhost"} {
		listener, err := app.Listen(t.Context(), address)
		require.NoError(t, err)
		assert.Contains(t, app.URL(listener), "http://"+host+":")
		require.NoError(t, listener.Close())
	}
}

func TestMigrateGoesUpAndDownAndTells(t *testing.T) {
	t.Parallel()
	cfg := config.Migrations{URL: servers.Postgres(t)}
	run := func(action string) string {
		var out bytes.Buffer
		require.NoError(t, app.Migrate(t.Context(), cfg, action, &out))
		return out.String()
	}
	assert.Contains(t, run("status"), "pending")
	assert.Contains(t, run("down"), "nothing is applied")
	assert.Contains(t, run("up"), "applied")
	newest := run("version")
	assert.NotContains(t, run("status"), "pending")
	assert.Contains(t, run("down"), "undone")
	assert.NotEqual(t, newest, run("version"))
	assert.Contains(t, run("history"), "down")
	assert.ErrorContains(t, app.Migrate(t.Context(), cfg, "sideways", io.Discard), "unknown migration action")
	nowhere := config.Migrations{URL: "postgres://127.0.0.1:1/none?connect_timeout=1"}
	assert.Error(t, errors.Join(app.Migrate(t.Context(), nowhere, "up", io.Discard)))
}

func get(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, url)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}
