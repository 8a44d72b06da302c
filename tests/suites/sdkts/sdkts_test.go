package sdkts_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

const source = "../../../sdk/ts"

// parts are what makes up the client; what was installed or built beside them stays out.
var parts = []string{
	".npmrc", "package.json", "package-lock.json", "tsconfig.base.json", "tsconfig.json",
	"src", "test", "examples",
}

// unreachable are npm's words for a registry that it cannot reach.
var unreachable = regexp.MustCompile(`\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH)\b`)

// TestTypeScriptClient compiles client, tests and example, and runs the tests, then the
// example against the product, in a copy, so that it disturbs nobody who works on them.
func TestTypeScriptClient(t *testing.T) {
	t.Parallel()
	requireNode(t)
	dir := t.TempDir()
	for _, part := range parts {
		copyPart(t, filepath.Join(source, part), filepath.Join(dir, part))
	}
	install(t, dir)
	out, err := run(t, dir, "npm", "test")
	require.NoError(t, err, "compile under strict, and test:\n%s", out)
	require.Regexp(t, `(?m)^. pass [1-9]`, out, "no test ran")

	const phone = "+919811100009"
	url, states := startWithCases(t, phone)
	out, err = run(t, dir, "node", "build/examples/list-properties.js", "--url", url, "--phone", phone)
	require.NoError(t, err, "example:\n%s", out)
	for id, state := range states {
		require.Contains(t, out, id+"  "+state+"  HOUSE  no address yet\n")
	}
	require.True(t, strings.HasSuffix(out, "\n21 properties of "+phone+"\n"), out)
}

// start runs the product, in memory, until the test ends, and returns where it is.
func start(t *testing.T) (url string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cfg := config.Config{Address: "127.0.0.1:0", UserRequestsPerMinute: 1000, AddressRequestsPerMinute: 1000}
	demo, err := app.NewDemo(ctx, cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- demo.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended, "the product must end cleanly")
	})
	return demo.URL
}

// startWithCases runs the product with more cases than fit a page, 21 of them, and returns their states. Most
// are withdrawn, because an owner may have ten drafts at a time.
func startWithCases(t *testing.T, phone string) (url string, states map[string]string) {
	t.Helper()
	url = start(t)
	client, err := propflow.New(url, "", nil)
	require.NoError(t, err)
	owner, err := journey.NewOwner(t.Context(), url, phone, journey.DemoCodes{Client: client}, nil)
	require.NoError(t, err)
	t.Cleanup(owner.Events.Close)
	states = make(map[string]string)
	for i := range 21 {
		draft, err := owner.Draft(t.Context(), propflow.CreatePropertyRequest{Type: propflow.PropertyTypeHOUSE})
		require.NoError(t, err)
		states[draft.ID] = "DRAFT"
		if i%3 > 0 {
			withdrawn, err := owner.Client.WithdrawPropertyWithResponse(t.Context(), draft.ID, &propflow.WithdrawPropertyParams{IdempotencyKey: propflow.NewKey()})
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, withdrawn.StatusCode())
			states[draft.ID] = "WITHDRAWN"
		}
	}
	return url, states
}

// TestLockfileNamesNoRegistry holds the lockfiles to integrity hashes, so that everybody
// installs from the registry that they are set up for.
func TestLockfileNamesNoRegistry(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{source, "foreign"} {
		lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
		require.NoError(t, err)
		require.Contains(t, string(lock), `"integrity"`)
		require.NotContains(t, string(lock), `"resolved"`)
	}
}

// requireNode skips the test where there is no Node. CI may lack Node, but not npm beside it.
func requireNode(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no Node here: the TypeScript client is not checked")
	}
	if _, err := exec.LookPath("npm"); err != nil {
		skipUnlessCI(t, "Node without npm here: the TypeScript client is not checked")
	}
}

func skipUnlessCI(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// install takes the packages from npm's cache, and only what is not there from the registry.
func install(t *testing.T, dir string) {
	t.Helper()
	if _, err := run(t, dir, "npm", "ci", "--no-audit", "--no-fund", "--offline"); err == nil {
		return
	}
	retries := "0"
	if os.Getenv("CI") != "" {
		retries = "3"
	}
	out, err := run(t, dir, "npm", "ci", "--no-audit", "--no-fund", "--fetch-retries="+retries, "--fetch-timeout=20000")
	if err != nil && unreachable.MatchString(out) {
		skipUnlessCI(t, "no way to the packages of the TypeScript client from here: it is not checked\n"+out)
	}
	require.NoError(t, err, "npm ci:\n%s", out)
}

// run runs a command in dir and returns what it said.
func run(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// copyPart copies a file or a folder.
func copyPart(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	require.NoError(t, err)
	if info.IsDir() {
		require.NoError(t, os.CopyFS(to, os.DirFS(from)))
		return
	}
	text, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, text, 0o600))
}
