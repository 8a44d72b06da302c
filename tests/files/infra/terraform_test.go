package infra_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	root = "../../.."
	code = root + "/infrastructure"
)

// outOfReach is how scripts/with-terraform ends without Terraform or its provider.
const outOfReach = 69

// line is what `terraform test -json` says of a test, a fault or a state.
type line struct {
	Run        string      `json:"@testrun"`
	Diagnostic *diagnostic `json:"diagnostic"`
	State      *state      `json:"test_state"`
	Summary    *struct {
		Status string `json:"status"`
	} `json:"test_summary"`
}

type diagnostic struct {
	Severity string `json:"severity"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
}

type state struct {
	Root module `json:"root_module"`
}

type module struct {
	Address   string   `json:"address"`
	Children  []module `json:"child_modules"`
	Resources []struct {
		Type   string `json:"type"`
		Values struct {
			ContainerDefinitions string `json:"container_definitions"`
		} `json:"values"`
	} `json:"resources"`
}

// needTerraform skips where servers and tools are not wanted.
func needTerraform(t *testing.T) {
	t.Helper()
	if testing.Short() || os.Getenv("TEST_SERVERS") == "none" {
		t.Skip("skipped: Terraform takes its time")
	}
}

// reached skips where a script says that Terraform is out of reach.
func reached(t *testing.T, err error, said string) {
	t.Helper()
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == outOfReach {
		require.Empty(t, os.Getenv("REQUIRE_INFRA"), said)
		t.Skip("skipped: " + said)
	}
}

// test runs Terraform's own tests of a folder.
func test(t *testing.T, folder string, arguments ...string) (lines []line) {
	t.Helper()
	arguments = append([]string{folder, "terraform", "test", "-json"}, arguments...)
	command := exec.CommandContext(t.Context(), root+"/scripts/with-terraform", arguments...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	reached(t, err, stderr.String())
	scanner := bufio.NewScanner(bytes.NewReader(out))
	scanner.Buffer(nil, 64<<20) // a state is one line
	for scanner.Scan() {
		var l line
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &l), scanner.Text())
		lines = append(lines, l)
	}
	require.NoError(t, scanner.Err())
	require.NotEmpty(t, lines, "%v: %s", err, stderr.String())
	return lines
}

// planted returns a copy of infrastructure/ with faults in it.
func planted(t *testing.T, faults ...fault) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "infrastructure")
	require.NoError(t, os.CopyFS(folder, os.DirFS(code)))
	for _, f := range faults {
		path := filepath.Join(folder, f.file)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(text), f.old, "the place to plant it: %s", f.file)
		require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(text, []byte(f.old), []byte(f.new)), 0o600))
	}
	return folder
}
