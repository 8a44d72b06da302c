package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheBillNamesTheBaseByDigest(t *testing.T) {
	t.Parallel()
	const compilerLine = "FROM golang:1.26.8-bookworm@sha256:x AS build\n"
	base := "FROM gcr.io/distroless/static-debian12:nonroot@sha256:" + strings.Repeat("a", 64) + "\n"
	parts := []part{{name: toolchain, version: "?", licence: "BSD-3-Clause"}, {name: "example.org/Lib", version: "v1.2.3", licence: "MIT"}, {name: "codec", version: "1", within: "example.org/Lib v1.2.3"}}
	write := func(dockerfile string) (string, error) {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte(dockerfile), 0o600))
		text, err := materials(folder, parts)
		return string(text), err
	}
	text, err := write(compilerLine + base)
	require.NoError(t, err)
	again, err := write(compilerLine + base)
	require.NoError(t, err)
	assert.Equal(t, text, again, "the same source has the same bill")
	for _, want := range []string{"pkg:golang/stdlib@1.26.8", "pkg:golang/example.org/lib@v1.2.3", `"name": "codec"`, strings.Repeat("a", 64)} {
		assert.Contains(t, text, want)
	}
	for _, dockerfile := range []string{compilerLine, base, compilerLine + strings.ReplaceAll(base, "@", "#")} {
		_, err := write(dockerfile)
		require.Error(t, err)
	}
	_, err = materials(t.TempDir(), parts)
	require.ErrorIs(t, err, os.ErrNotExist)
}
