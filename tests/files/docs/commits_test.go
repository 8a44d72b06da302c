package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// history is a repository of its own with scripts/verify-commits.
type history struct {
	t      *testing.T
	folder string
}

func newHistory(t *testing.T) history {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("skipped: git is not installed")
	}
	h := history{t, t.TempDir()}
	require.NoError(t, os.Mkdir(filepath.Join(h.folder, "scripts"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(h.folder, "scripts", "verify-commits"), []byte(read(t, "scripts/verify-commits")), 0o700))
	h.git("init", "--quiet", "--initial-branch=main")
	h.commit("Before the rule")
	h.git("branch", "old")
	h.git("add", "scripts")
	h.commit("Add the rule")
	return h
}

func (h history) run(name string, arguments ...string) (string, error) {
	command := exec.Command(name, arguments...)
	command.Dir = h.folder
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := command.CombinedOutput()
	return string(out), err
}

func (h history) git(arguments ...string) {
	h.t.Helper()
	out, err := h.run("git", arguments...)
	require.NoError(h.t, err, out)
}

// commit adds an empty commit; each part of the message is a paragraph.
func (h history) commit(message ...string) {
	h.t.Helper()
	arguments := []string{"commit", "--quiet", "--allow-empty"}
	for _, paragraph := range message {
		arguments = append(arguments, "-m", paragraph)
	}
	h.git(arguments...)
}

func (h history) verify() (string, error) {
	return h.run(filepath.Join(h.folder, "scripts", "verify-commits"))
}

func TestCommitsNeedABody(t *testing.T) {
	t.Parallel()
	const reason = "It was slow: 40 ms are 2 ms now."
	h := newHistory(t)
	out, err := h.verify()
	require.NoError(t, err, "what came before the rule is as it is: %s", out)
	h.commit("Make it fast", reason)
	h.commit(strings.Repeat("é", 72), reason)
	out, err = h.verify()
	require.NoError(t, err, out)

	h.git("checkout", "--quiet", "-b", "side", "old")
	h.commit("Written elsewhere before the rule")
	h.git("checkout", "--quiet", "main")
	h.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
	out, err = h.verify()
	require.NoError(t, err, "merges bring in what came before: %s", out)

	for want, message := range map[string][]string{
		"Leave out why: no body":                 {"Leave out why"},
		"Let others sign: no body":               {"Let others sign", "Signed-off-by: a <a@example.com>"},
		"the subject has 73 characters, 72 are ": {strings.Repeat("é", 73), reason},
	} {
		h.commit(message...)
		out, err = h.verify()
		require.Error(t, err)
		assert.Contains(t, out, want)
		h.git("reset", "--quiet", "--hard", "HEAD~1")
	}

	h.commit("Leave out why")
	h.git("update-ref", "refs/remotes/origin/main", "HEAD")
	out, err = h.verify()
	require.NoError(t, err, "what is published is not rewritten: %s", out)
	h.commit("Leave out why again")
	out, err = h.verify()
	require.Error(t, err)
	assert.Equal(t, 1, strings.Count(out, "no body"), out)
}

func TestCommitsOfAFolderWithoutHistory(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	require.NoError(t, os.RemoveAll(filepath.Join(h.folder, ".git")))
	out, err := h.verify()
	require.NoError(t, err)
	assert.Equal(t, "no history here: no commit to look at\n", out)
}
