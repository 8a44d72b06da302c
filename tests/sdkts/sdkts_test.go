package sdkts_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

const source = "../../sdk/ts"

// parts are what makes up the client; what was installed or built beside them stays out.
var parts = []string{
	".npmrc", "package.json", "package-lock.json", "tsconfig.base.json", "tsconfig.json",
	"src", "test", "examples",
}

// unreachable are npm's words for a registry that it cannot reach.
var unreachable = regexp.MustCompile(`\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH)\b`)

// TestTypeScriptClient compiles client, tests and example, and runs the tests, in a copy, so
// that it disturbs nobody who works on them.
func TestTypeScriptClient(t *testing.T) {
	t.Parallel()
	requireNode(t)
	dir := t.TempDir()
	for _, part := range parts {
		copyPart(t, filepath.Join(source, part), filepath.Join(dir, part))
	}
	install(t, dir)
	out, err := npm(t, dir, "run", "check")
	require.NoError(t, err, "compile under strict:\n%s", out)
	out, err = npm(t, dir, "test")
	require.NoError(t, err, "test:\n%s", out)
	require.Regexp(t, `(?m)^. pass [1-9]`, out, "no test ran")
}

// TestLockfileNamesNoRegistry holds the lockfile to integrity hashes, so that everybody
// installs from the registry that they are set up for.
func TestLockfileNamesNoRegistry(t *testing.T) {
	t.Parallel()
	lock, err := os.ReadFile(filepath.Join(source, "package-lock.json"))
	require.NoError(t, err)
	require.Contains(t, string(lock), `"integrity"`)
	require.NotContains(t, string(lock), `"resolved"`)
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
	if _, err := npm(t, dir, "ci", "--offline"); err == nil {
		return
	}
	out, err := npm(t, dir, "ci", "--fetch-retries=0", "--fetch-timeout=20000")
	if err != nil && unreachable.MatchString(out) {
		skipUnlessCI(t, "no way to the packages of the TypeScript client from here: it is not checked\n"+out)
	}
	require.NoError(t, err, "npm ci:\n%s", out)
}

// npm runs npm in dir and returns what it said.
func npm(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "npm", append(args, "--no-audit", "--no-fund", "--no-update-notifier")...)
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
