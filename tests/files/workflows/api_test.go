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

// TestABreakingChangeIsRefused plants one on a branch and on main, and changes of enums.
func TestABreakingChangeIsRefused(t *testing.T) {
	t.Parallel()
	oasdiff := tool(t, "oasdiff")
	now := text(t, "openapi.yaml")
	planted := func(from, to string) string {
		require.Equal(t, 1, strings.Count(now, from), "the place to plant it")
		return strings.Replace(now, from, to, 1)
	}
	const path = "  /api/v1/properties/{propertyId}/submission:\n"
	broken := planted(path, strings.ReplaceAll(path, "submission", "handover"))
	const removed = "api-path-removed-without-deprecation"
	for name, c := range map[string]struct {
		folder string
		breaks string // the rule, empty if none is broken
	}{
		"on a branch":              {history(t, "HEAD^", now, broken), removed},
		"on main":                  {history(t, "HEAD", now, broken), removed},
		"nothing on main":          {history(t, "HEAD", now, now), ""},
		"nothing was before":       {history(t, "HEAD", broken), ""},
		"a value of answers added": {history(t, "HEAD", now, planted("        - wrong_token\n", "        - wrong_token\n        - x_new\n")), ""},
		"a value of requests removed": {
			history(t, "HEAD", now, planted("enum: [ACCEPTED, REFUSED]", "enum: [ACCEPTED]")), "request-property-enum-value-removed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verify := exec.CommandContext(t.Context(), absolute(t, "scripts/verify-api"))
			verify.Dir, verify.Env = c.folder, append(os.Environ(), "OASDIFF="+oasdiff)
			out, err := verify.CombinedOutput()
			if c.breaks != "" {
				require.Error(t, err, string(out))
				assert.Contains(t, string(out), c.breaks)
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
