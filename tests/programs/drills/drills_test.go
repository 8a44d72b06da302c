package main

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

// Small drills, one after the other, each with a stack of its own. None fails because something
// took too long, which depends on the machine: only the program itself does.
func TestStoresAreBroughtBack(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string][]string{
		"restore": {"base backup", "its data deleted", "without a restart", "RPO", "RTO", "live events go on", "check --deep --grace=1s: clean"},
		"files":   {"RPO 0", "RTO", "Nothing was changed", "propflow audit verify: clean", "check --deep --grace=1s: clean"},
		"redis":   {"Redis is empty", "RPO 0", "RTO", "check --deep --grace=1s: clean"},
		"migrate": {"applied  [99998 99999]", "acknowledged writes are there"},
	} {
		said, err := small(t, name)
		require.NoError(t, err, said)
		for _, want := range append(tt, "seed 1", "nothing is wrong") {
			assert.Contains(t, said, want)
		}
	}
}

func TestSpoiledRecoveriesAreNoticed(t *testing.T) {
	t.Parallel()
	for spoil, tt := range map[string]struct{ drill, want string }{
		lostSegment: {"restore", "FAULT everything that was archived is there"},
		lostVersion: {"files", "BLOB_MISSING"},
		lostNotice:  {"redis", "NOTIFICATION_MISSING"},
	} {
		logs := t.TempDir()
		said, err := small(t, tt.drill, "--spoil="+spoil, "--keep="+logs)
		require.ErrorContains(t, err, "faults", said)
		assert.Contains(t, said, tt.want, spoil)
		assert.NotContains(t, said, "RPO 0", spoil)
		for _, name := range []string{"api-1", "worker-1", "scheduler", "postgres", "redis", "s3"} {
			assert.FileExists(t, filepath.Join(logs, name+".log"), spoil)
		}
	}
}

// small runs a drill of few journeys.
func small(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	var out bytes.Buffer
	err = run(t.Context(), append(args, "--seed=1", "--writers=2", "--journeys=1", "--archive-timeout=3s", "--objective=1h", "--hold=5s", "--bound=1h", "--limit=8m"), &out)
	servers.Require(t, err)
	t.Log(out.String())
	return out.String(), err
}

func TestArguments(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, run(t.Context(), nil, io.Discard), errUsage)
	require.ErrorIs(t, run(t.Context(), []string{"tea"}, io.Discard), errUsage)
	for _, args := range [][]string{
		{"redis", "--writers=0"}, {"files", "--journeys=0"}, {"restore", "--archive-timeout=1s"},
		{"redis", "--spoil=" + lostSegment}, {"restore", "--seed=x"},
	} {
		assert.Error(t, run(t.Context(), args, io.Discard), "%v", args)
	}
}
