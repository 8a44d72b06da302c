package sdkts_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestForeignClients generates, from openapi.yaml, the clients that integrators are most likely
// to generate, compiles them under strict, and has a program use each against the product. The
// document passes redocly's strict rules first, so that a generator's complaint is its own.
func TestForeignClients(t *testing.T) {
	t.Parallel()
	requireNode(t)
	began, dir := time.Now(), t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("foreign")))
	copyPart(t, "../../../openapi.yaml", filepath.Join(dir, "openapi.yaml"))
	install(t, dir)
	for _, step := range []string{"lint", "generate", "check", "bundle"} {
		out, err := run(t, dir, "npm", "run", step)
		require.NoError(t, err, "%s:\n%s", step, out)
	}
	url := start(t)
	for client, phone := range map[string]string{"hey-api": "+919811100031", "orval": "+919811100032"} {
		out, err := run(t, dir, "node", "build/"+client+".mjs", url, phone)
		require.NoError(t, err, "%s:\n%s", client, out)
		assert.Contains(t, out, client+": ")
		assert.True(t, strings.HasSuffix(out, `sign-off from {"amount":500000000,"currency":"INR"}`+"\n"), "%s:\n%s", client, out)
	}
	t.Logf("two foreign clients took %s (aim: under 60 s)", time.Since(began).Round(time.Second))
}
