package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/ports/portstest/photofixture"
)

func TestInspectPrintsALinePerFileAndEndsByTheWorst(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := func(name string, o photofixture.Options) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, photofixture.House(4, o), 0o600))
		return path
	}
	good, soft := file("good", photofixture.Options{}), file("soft", photofixture.Options{Soft: true})
	hard, missing := file("hard", photofixture.Options{Blur: photofixture.HardBlur}), filepath.Join(folder, "missing")
	for _, c := range []struct {
		files []string
		code  int
		last  string
	}{
		{[]string{good, good}, 0, "PASSED"},
		{[]string{good, soft}, 1, "FLAGGED"},
		{[]string{soft, hard}, 2, "FAILED"},
		{[]string{good, hard, missing}, 3, "UNREADABLE"},
	} {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"inspect"}, c.files...), &out)
		if c.code == 0 {
			require.NoError(t, err)
		} else {
			assert.Equal(t, c.code, exitCode(err))
			assert.EqualError(t, err, "the worst verdict is "+c.last)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		require.Len(t, lines, len(c.files))
		assert.Contains(t, lines[len(lines)-1], `"verdict":"`+c.last+`"`)
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"inspect", "--explain", good}, &out))
	assert.Contains(t, out.String(), "sharpness")
}

func TestInspectTakesATimeAndAPlace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "photo")
	require.NoError(t, os.WriteFile(path, photofixture.House(1, photofixture.Options{}), 0o600))
	err := run(t.Context(), []string{"inspect", "--taken-after", "2026-11-23T10:00:00+05:30", "--at", "28.6, 77.2", path}, io.Discard)
	assert.Equal(t, 1, exitCode(err), "no place in the file: %v", err)
	for _, args := range [][]string{{}, {"--at", "28.6", path}, {"--at", "north,77", path}, {"--at", "91,0", path}, {"--taken-after", "noon", path}} {
		err := run(t.Context(), append([]string{"inspect"}, args...), io.Discard)
		assert.Error(t, err, "%v", args)
		assert.NotContains(t, err.Error(), "verdict", "%v", args)
	}
}
