package e2e_test

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
)

func TestProcessesOnRealServersAnswerProbesAndEndCleanly(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	g := newGround(ctx, t)
	for _, part := range []app.Part{app.API, app.Worker, app.Scheduler} {
		url, stop := g.run(ctx, t, part)
		for _, probe := range []string{"/livez", "/readyz"} {
			response, err := http.Get(url + probe)
			require.NoError(t, err, part)
			require.NoError(t, response.Body.Close())
			assert.Equal(t, http.StatusOK, response.StatusCode, "%s %s", part, probe)
		}
		stop()
	}
	g.vars["HTTP_TLS"] = "true"
	url, stop := g.run(ctx, t, app.API)
	require.True(t, strings.HasPrefix(url, "https://"), url)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // as a load balancer does
	response, err := client.Get(url + "/readyz")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)
	stop()

	_, err = app.New(ctx, g.config(t), "nonsense", slog.New(slog.DiscardHandler))
	assert.ErrorContains(t, err, "unknown part")
}

func TestAProcessSaysWhichServerItCannotReach(t *testing.T) {
	t.Parallel()
	ctx := within(t, time.Minute)
	cfg := config.Servers{
		Config:   config.Config{Address: "127.0.0.1:0", SecretKeys: []string{strings.Repeat("s", config.MinSecretBytes)}},
		Database: config.Database{DatabaseURL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", DatabaseConns: 1},
	}
	_, err := app.New(ctx, cfg, app.API, slog.New(slog.DiscardHandler))
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
}
