package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/servers"
)

// drilled does a small drill and returns what it said.
func drilled(t *testing.T, args ...string) (string, error) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	var out bytes.Buffer
	err := run(t.Context(), append(args, "--seed=1", "--writers=2", "--journeys=1", "--archive-timeout=3s", "--limit=5m"), &out)
	servers.Require(t, err)
	t.Log(out.String())
	return out.String(), err
}

// The drills follow one another: each has a stack of its own.
func TestStoresAreBroughtBack(t *testing.T) {
	t.Parallel()
	for name, told := range map[string][]string{
		"restore": {"a base backup was taken", "its data deleted", "without a restart", "RPO", "RTO"},
		"redis":   {"Redis is empty", "RTO"},
	} {
		said, err := drilled(t, name)
		require.NoError(t, err, said)
		for _, want := range told {
			assert.Contains(t, said, want)
		}
	}
}

func TestASpoiledRecoveryIsNoticed(t *testing.T) {
	t.Parallel()
	for spoil, name := range map[string]string{lostSegment: "restore", lostNotice: "redis"} {
		said, err := drilled(t, name, "--spoil="+spoil)
		require.Error(t, err, said)
		assert.Contains(t, said, "FAULT", spoil)
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, run(t.Context(), nil, io.Discard), errUsage)
	require.ErrorIs(t, run(t.Context(), []string{"tea"}, io.Discard), errUsage)
	for _, arg := range []string{"--writers=0", "--journeys=0", "--archive-timeout=1s", "--spoil=everything", "--seed=x"} {
		assert.Error(t, run(t.Context(), []string{"restore", arg}, io.Discard), arg)
	}
}
