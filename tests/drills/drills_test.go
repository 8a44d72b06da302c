package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/servers"
)

// Small drills. How long things take is the machine's business: only the program itself fails
// for that.
func TestDrills(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		told []string
	}{
		"restore": {
			[]string{"restore", "--archive-timeout=3s", "--objective=1h"},
			[]string{"base backup", "RPO", "RTO", "live events go on", "propflow check --deep --grace=1s: clean"},
		},
		"files": {[]string{"files"}, []string{"RPO 0", "RTO", "Nothing was changed", "propflow audit verify: clean"}},
		"redis": {[]string{"redis"}, []string{"Redis is empty", "RTO", "propflow check --deep --grace=1s: clean"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := small(t, tt.args...)
			require.NoError(t, err, out)
			for _, told := range append(tt.told, "seed 1", "nothing is wrong") {
				assert.Contains(t, out, told)
			}
			t.Log(out)
		})
	}
}

func TestSpoiledRecoveriesAreNoticed(t *testing.T) {
	t.Parallel()
	for spoil, tt := range map[string]struct {
		args []string
		told string
	}{
		lostSegment: {[]string{"restore", "--archive-timeout=3s", "--objective=1h"}, "FAULT everything that was archived is there"},
		lostVersion: {[]string{"files"}, "BLOB_MISSING"},
	} {
		t.Run(spoil, func(t *testing.T) {
			t.Parallel()
			out, err := small(t, append(tt.args, "--spoil="+spoil)...)
			require.ErrorContains(t, err, "faults", out)
			assert.Contains(t, out, tt.told)
		})
	}
}

// small runs a drill of few journeys.
func small(t *testing.T, args ...string) (said string, err error) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	var out bytes.Buffer
	err = run(t.Context(), append(args, "--seed=1", "--writers=2", "--journeys=2", "--limit=8m"), &out)
	servers.Require(t, err)
	return out.String(), err
}

func TestArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		nil, {"everything"}, {"redis", "--writers=0"}, {"files", "--journeys=0"}, {"restore", "--archive-timeout=1s"},
		{"redis", "--spoil=" + lostSegment}, {"restore", "--seed=x"},
	} {
		assert.Error(t, run(t.Context(), args, io.Discard), "%v", args)
	}
}
