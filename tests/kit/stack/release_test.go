package stack_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/stack"
)

func TestACommitIsCheckedOutAndRemoved(t *testing.T) {
	t.Parallel()
	if err := exec.CommandContext(t.Context(), "git", "rev-parse", "HEAD").Run(); err != nil {
		t.Skipf("skipped: no history here: %v", err)
	}
	folder, remove, err := stack.Worktree(t.Context(), "HEAD")
	require.NoError(t, err)
	assert.FileExists(t, filepath.Join(folder, "go.mod"))
	require.NoError(t, remove())
	assert.NoDirExists(t, filepath.Dir(folder))

	_, _, err = stack.Worktree(t.Context(), "no-such-commit")
	require.ErrorContains(t, err, "no-such-commit")
}

func TestSourcesThatDoNotCompileAreAnError(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.ErrorContains(t, stack.Build(t.Context(), folder, filepath.Join(folder, "propflow")), "build the product")
}
