package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/snapshot"
)

const (
	release = "0.2.0"
	commit  = "8924d17"
)

func TestBothReleasesRunAtOnce(t *testing.T) {
	t.Parallel()
	needCommit(t)
	var out bytes.Buffer
	err := run(t.Context(), []string{"--release", release, "--commit", commit, "--beside"}, &out)
	servers.Require(t, err)
	require.NoError(t, err, out.String())
	assert.Regexp(t, `both releases run\n.* answers, each repeated\n.* went on alone`, out.String())
	assert.Regexp(t, `FAULTS +0\n`, out.String())
}

// The kept snapshot is what the program writes, but for the case that takes it two minutes.
func TestASnapshotIsTaken(t *testing.T) {
	t.Parallel()
	needCommit(t)
	var out bytes.Buffer
	w, end, err := open(t.Context(), commit, &out)
	servers.Require(t, err)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, end()) })
	steps := slices.DeleteFunc(w.steps(), func(s step) bool { return s.name == reportFails })
	require.NoError(t, w.fill(t.Context(), steps), out.String())
	taken, err := w.take(t.Context())
	require.NoError(t, err)

	kept, err := snapshot.Read("../../suites/upgrade/testdata/" + release + ".zip")
	require.NoError(t, err)
	assert.Equal(t, kept.Schema, taken.Schema)
	assert.NotEmpty(t, taken.Objects)
	assert.Subset(t, operations(taken), operations(kept))
	want, got := cases(t, kept), cases(t, taken)
	assert.Equal(t, "APPROVED", want["approved-report-failed"])
	delete(want, "approved-report-failed")
	assert.Equal(t, want, got)

	path := filepath.Join(t.TempDir(), "taken.zip")
	require.NoError(t, taken.Write(path))
	read, err := snapshot.Read(path)
	require.NoError(t, err)
	assert.Equal(t, taken.Replays, read.Replays)
	assert.Equal(t, digests(taken), digests(read))
}

func TestTheReleaseMustBeNamed(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--release", release}, {"--commit", commit}, {"--beside"}} {
		assert.ErrorContains(t, run(t.Context(), args, &bytes.Buffer{}), "--commit COMMIT --release VERSION")
	}
}

// needCommit skips the test in a clone without the release's commit, e.g. a shallow one.
func needCommit(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	if err := exec.CommandContext(context.WithoutCancel(t.Context()), "git", "cat-file", "-e", commit+"^{commit}").Run(); err != nil {
		t.Skipf("skipped: the commit %s of release %s is not in this clone: %v", commit, release, err)
	}
}

// cases returns the state of each case, by the name that the program gave it.
func cases(t *testing.T, s snapshot.Snapshot) map[string]string {
	t.Helper()
	at := slices.IndexFunc(s.Tables, func(t snapshot.Table) bool { return t.Name == "properties" })
	require.GreaterOrEqual(t, at, 0)
	table := s.Tables[at]
	name, state := slices.Index(table.Columns, "external_ref"), slices.Index(table.Columns, "state")
	states := make(map[string]string)
	for row := range strings.Lines(string(table.Rows)) {
		fields := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		states[fields[name]] = fields[state]
	}
	return states
}

// operations lists the operations whose answers can be asked for again.
func operations(s snapshot.Snapshot) []string {
	var names []string
	for _, r := range s.Replays {
		names = append(names, r.Operation)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// digests returns what a failed comparison can print of the rows and objects.
func digests(s snapshot.Snapshot) map[string][sha256.Size]byte {
	all := make(map[string][sha256.Size]byte)
	for _, table := range s.Tables {
		all[table.Name] = sha256.Sum256(table.Rows)
	}
	for _, o := range s.Objects {
		all[o.Key] = sha256.Sum256(o.Data)
	}
	return all
}
