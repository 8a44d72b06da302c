package workflows_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// history is a repository with a commit for each openapi.yaml, and origin/main at one of them.
func history(t *testing.T, main string, files ...string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	git := func(arguments ...string) {
		command := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com"}, arguments...)...)
		command.Dir = folder
		out, err := command.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	git("init", "-q", "-b", "main")
	for _, file := range files {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "openapi.yaml"), []byte(file), 0o600))
		git("add", "openapi.yaml")
		git("commit", "-q", "-m", "x", "--allow-empty")
	}
	git("update-ref", "refs/remotes/origin/main", main)
	return folder
}

// TestABreakingChangeIsRefused plants one on a branch and on main.
func TestABreakingChangeIsRefused(t *testing.T) {
	t.Parallel()
	oasdiff := tool(t, "oasdiff")
	now := text(t, "openapi.yaml")
	const path = "  /api/v1/properties/{propertyId}/submission:\n"
	require.Equal(t, 1, strings.Count(now, path), "the place to plant it")
	broken := strings.Replace(now, path, strings.ReplaceAll(path, "submission", "handover"), 1)
	for name, c := range map[string]struct {
		folder string
		breaks bool
	}{
		"on a branch":        {history(t, "HEAD^", now, broken), true},
		"on main":            {history(t, "HEAD", now, broken), true},
		"nothing on main":    {history(t, "HEAD", now, now), false},
		"nothing was before": {history(t, "HEAD", broken), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verify := exec.CommandContext(t.Context(), absolute(t, "scripts/verify-api"))
			verify.Dir, verify.Env = c.folder, append(os.Environ(), "OASDIFF="+oasdiff)
			out, err := verify.CombinedOutput()
			if c.breaks {
				require.Error(t, err, string(out))
				assert.Contains(t, string(out), "api-path-removed-without-deprecation")
			} else {
				require.NoError(t, err, string(out))
			}
		})
	}
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, name))
	require.NoError(t, err)
	return path
}
