package outside_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/outside"
)

func TestPathIsUnderTheNamedFolder(t *testing.T) {
	root := t.TempDir()
	t.Setenv("PROPFLOW_DATA", root)
	file := filepath.Join(root, "sales", "some.csv")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	assert.Equal(t, file, outside.Path(t, "sales", "some.csv"))
}

func TestPathIsBesideTheRepository(t *testing.T) {
	repository := filepath.Join(t.TempDir(), "propflow")
	inside := filepath.Join(repository, "some", "package")
	require.NoError(t, os.MkdirAll(inside, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(repository, "go.mod"), nil, 0o600))
	data := filepath.Join(filepath.Dir(repository), "shared", "data")
	require.NoError(t, os.MkdirAll(data, 0o750))
	t.Chdir(inside)
	t.Setenv("PROPFLOW_DATA", "")
	found, err := filepath.EvalSymlinks(outside.Path(t))
	require.NoError(t, err)
	data, err = filepath.EvalSymlinks(data)
	require.NoError(t, err)
	assert.Equal(t, data, found)
}

func TestATestWithoutItsDataIsSkipped(t *testing.T) {
	t.Setenv("PROPFLOW_DATA", t.TempDir())
	var skipped bool
	t.Run("inner", func(t *testing.T) {
		defer func() { skipped = t.Skipped() }()
		outside.Path(t, "absent")
	})
	assert.True(t, skipped)
}
