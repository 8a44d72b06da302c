package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/servers"
)

var demoURL = regexp.MustCompile(`http://localhost:\d+`)

// demonstrate runs `propflow demo` until the test ends and returns where it listens.
func demonstrate(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"demo", "--address", "127.0.0.1:0"}, write)
		ended <- err
		_ = write.CloseWithError(err)
	}()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	lines := bufio.NewReader(read)
	for {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		if url := demoURL.FindString(line); url != "" {
			go func() { _, _ = io.Copy(io.Discard, lines) }()
			return url
		}
	}
}

func TestDemoAndJourneyDoTheMainJob(t *testing.T) {
	url := demonstrate(t)
	report := filepath.Join(t.TempDir(), "report.pdf")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	var out bytes.Buffer
	require.NoError(t, run(ctx, []string{"journey", "--url", url, "--seed", "1", "--timeout", "0", "--report", report}, &out), out.String())
	assert.Equal(t, 8, strings.Count(out.String(), ": PASSED\n"), "every drawn photo passes: %s", out.String())
	assert.NotContains(t, out.String(), ": FLAGGED")
	assert.Regexp(t, `(?m)^  PF-\d{8}-\w{6} valued at ₹[\d,]+$`, out.String())
	pdf, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
}

func TestJourneyTakesPhotosFromAFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for i, name := range []string{"1_frontal.jpg", "1_kitchen.jpg"} {
		data := photofixture.House(int64(i+1), photofixture.Options{})
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	photos, err := journeyCommand{Photos: folder}.photos()
	require.NoError(t, err)
	assert.Len(t, photos, 2)

	shoot := func(seed int64) []byte {
		drawn, err := journeyCommand{Seed: seed}.photos()
		require.NoError(t, err)
		return drawn[0].Camera.Shoot(time.Unix(1, 0), propflow.Point{Lat: 12.97, Lng: 77.64})
	}
	assert.True(t, bytes.Equal(shoot(1), shoot(1)), "the same house")
	assert.False(t, bytes.Equal(shoot(1), shoot(2)), "another house")
}

func TestTheDemoNamesTheCommandForItsOwnAddress(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	demo{}.greet(&out, &app.Demo{URL: "http://localhost:8123"})
	assert.Contains(t, out.String(), "bin/propflow journey --url http://localhost:8123\n")
	out.Reset()
	demo{}.greet(&out, &app.Demo{URL: defaultURL})
	assert.Contains(t, out.String(), "bin/propflow journey\n")

	var parsed commands
	parser, err := kong.New(&parsed, kong.Vars{"version": ""})
	require.NoError(t, err)
	_, err = parser.Parse([]string{"journey"})
	require.NoError(t, err)
	assert.Equal(t, defaultURL, parsed.Journey.URL)
}

func TestCodesComeFromCommandsElsewhere(t *testing.T) {
	t.Parallel()
	codes, err := journeyCommand{OTPCommand: `echo "your code: 123456 ($PHONE)"`, TOTPCommand: "echo none"}.codes()
	require.NoError(t, err)
	code, err := codes.OTP(t.Context(), "+919811100001")
	require.NoError(t, err)
	assert.Equal(t, "123456", code)
	_, err = codes.TOTP(t.Context(), "+919811100001")
	assert.ErrorContains(t, err, "no six digits")
}

func TestArgumentsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"nothing"},
		{"journey", "--timeout", "soon"},
		{"journey", "--photos", "/no/such/folder"},
		{"journey", "--photos", t.TempDir()},
		{"demo", "--address", "not an address"},
	} {
		assert.Error(t, run(t.Context(), args, io.Discard), "%v", args)
	}
}

func TestADemoWithABadEnvironmentSaysSo(t *testing.T) {
	t.Setenv("TRUSTED_PROXIES", "-1")
	assert.ErrorContains(t, run(t.Context(), []string{"demo", "--verbose"}, io.Discard), "TRUSTED_PROXIES")
	t.Setenv("TRUSTED_PROXIES", "0")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	assert.NoError(t, run(ctx, []string{"demo", "--verbose", "--address", "127.0.0.1:0"}, onWrite(stop)))
}

// onWrite calls itself when somebody writes.
type onWrite func()

func (f onWrite) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

func TestHealthcheckAsksTheServer(t *testing.T) {
	url := demonstrate(t)
	assert.NoError(t, run(t.Context(), []string{"healthcheck", "--timeout=1m", "--url", url + "/readyz"}, io.Discard))
	assert.ErrorContains(t, run(t.Context(), []string{"healthcheck", "--timeout=1m", "--url", url + "/nothing"}, io.Discard), "404")
	assert.Error(t, run(t.Context(), []string{"healthcheck", "--url", "http://127.0.0.1:1/readyz"}, io.Discard))

	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer secure.Close()
	here := strings.Replace(secure.URL, "127.0.0.1", "localhost", 1)
	assert.NoError(t, run(t.Context(), []string{"healthcheck", "--timeout=1m", "--url", here}, io.Discard), "its own process")
	assert.ErrorContains(t, run(t.Context(), []string{"healthcheck", "--timeout=1m", "--url", secure.URL}, io.Discard), "certificate")
}

func TestProcessesNeedTheirEnvironment(t *testing.T) {
	for _, command := range []string{"serve", "worker", "scheduler"} {
		assert.ErrorContains(t, run(t.Context(), []string{command}, io.Discard), "DATABASE_URL", command)
	}
	assert.ErrorContains(t, run(t.Context(), []string{"migrate", "up"}, io.Discard), "MIGRATE_DATABASE_URL")
}

func TestMigrateBringsADatabaseUp(t *testing.T) {
	t.Setenv("MIGRATE_DATABASE_URL", servers.Postgres(t))
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"migrate", "up"}, &out))
	assert.Contains(t, out.String(), "applied")
}
