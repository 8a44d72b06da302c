package main

import (
	"bytes"
	"os/exec"
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
}

func TestTheReleaseMustBeNamed(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--release", release}, {"--commit", commit}, {"--beside"}} {
		assert.ErrorContains(t, run(t.Context(), args, &bytes.Buffer{}), "--commit COMMIT --release VERSION")
	}
}

// needCommit skips the test in a shallow clone, or without git's history, because the release's
// commit is not there.
func needCommit(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	if _, err := git(t, "cat-file", "-e", commit+"^{commit}"); err != nil {
		shallow, noHistory := git(t, "rev-parse", "--is-shallow-repository")
		require.True(t, noHistory != nil || shallow == "true\n", "the history has no commit %s, of release %s", commit, release)
		t.Skipf("skipped: a clone without the commit %s, of release %s", commit, release)
	}
}

func git(t *testing.T, args ...string) (string, error) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "git", args...).Output()
	return string(output), err
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
