package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

// asPropflow makes the test binary be propflow, for a command that ends its process.
const asPropflow = "RUN_AS_PROPFLOW"

func TestMain(m *testing.M) {
	if os.Getenv(asPropflow) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestVersionIsTheNewestOfTheChangeLog(t *testing.T) {
	t.Parallel()
	log, err := os.ReadFile("../../CHANGELOG.md")
	require.NoError(t, err)
	releases, err := docs.Releases(string(log))
	require.NoError(t, err)
	command := exec.Command(os.Args[0], "--version")
	command.Env = append(os.Environ(), asPropflow+"=1")
	printed, err := command.Output()
	require.NoError(t, err)
	assert.Equal(t, releases[0].Version+"\n", string(printed))
}
