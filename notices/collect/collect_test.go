package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

func TestTheNoticesAreUpToDate(t *testing.T) {
	t.Parallel()
	parts, err := collect(t.Context(), root)
	require.NoError(t, err)
	text := render(parts)
	committed, err := os.ReadFile(filepath.Join(root, written))
	require.NoError(t, err)
	if text != string(committed) { // a diff would be long
		t.Error("run make notices")
	}
}

// licence returns the text of a licence that is known.
func licence(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "notices", "texts", name))
	require.NoError(t, err)
	return string(text)
}

// library lays files of a module into a folder.
func library(t *testing.T, files map[string]string) module {
	t.Helper()
	m := module{path: "example.org/lib", version: "v1.2.3", dir: t.TempDir()}
	for name, text := range files {
		file := filepath.Join(m.dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	m.packages = []string{m.dir}
	return m
}

func TestWhatMayNotBeDistributed(t *testing.T) {
	t.Parallel()
	mit, lgpl, mpl := licence(t, "react.txt"), licence(t, "lgpl-2.1.txt"), licenceOfRiver(t)
	codec := component{Name: "codec", Version: "1", Licence: "LGPL-2.1-or-later", Within: "example.org/lib v1.2.3", Source: "https://example.org", Texts: []string{"texts/lgpl-2.1.txt"}, Note: "how to replace it"}
	altered := func(alter func(c *component)) []component {
		c := codec
		alter(&c)
		return []component{c}
	}
	for name, c := range map[string]struct {
		files map[string]string
		named named
		want  string // "" if it may
	}{
		"free":                   {files: map[string]string{"LICENSE": mit}},
		"without a licence":      {files: map[string]string{"README.md": mit}, want: "example.org/lib v1.2.3 has no licence"},
		"unknown":                {files: map[string]string{"LICENSE": "Ask first."}, want: "LICENSE is no licence that is known"},
		"not accepted":           {files: map[string]string{"COPYING": lgpl}, want: "is not one that this project accepts"},
		"weak without a note":    {files: map[string]string{"LICENSE": mpl}, want: "MPL-2.0 asks for more than a notice"},
		"weak with a note":       {files: map[string]string{"LICENSE": mpl}, named: named{Modules: []duty{{"example.org/lib", "MPL-2.0", "unchanged"}}}},
		"named wrongly":          {files: map[string]string{"LICENSE": mit}, named: named{Modules: []duty{{"example.org/lib", "MPL-2.0", "unchanged"}}}, want: "named with the licence MPL-2.0, but has MIT"},
		"named but not linked":   {files: map[string]string{"LICENSE": mit}, named: named{Modules: []duty{{"example.org/gone", "MPL-2.0", "unchanged"}}}, want: "example.org/gone is named but not linked"},
		"a component":            {files: map[string]string{"LICENSE": mit}, named: named{Components: []component{codec}}},
		"a stale component":      {files: map[string]string{"LICENSE": mit}, named: named{Components: altered(func(c *component) { c.Within = "example.org/lib v1.2.2" })}, want: "but v1.2.3 is linked"},
		"a component of nothing": {files: map[string]string{"LICENSE": mit}, named: named{Components: altered(func(c *component) { c.Within = "example.org/gone v1" })}, want: "neither linked nor in a file"},
		"another image":          {files: map[string]string{"LICENSE": mit}, named: named{Components: altered(func(c *component) { c.Within = "Dockerfile golang:1.0-buster" })}, want: "neither linked nor in a file"},
		"without its text":       {files: map[string]string{"LICENSE": mit}, named: named{Components: altered(func(c *component) { c.Texts = []string{"module:gone"} })}, want: "no such file"},
		"without its version":    {files: map[string]string{"LICENSE": mit}, named: named{Components: altered(func(c *component) { c.Version = "" })}, want: "lacks a name, version"},
		"without its note":       {files: map[string]string{"LICENSE": mit}, named: named{Components: altered(func(c *component) { c.Note = "" })}, want: "codec: LGPL-2.1-or-later asks for more"},
		"described by hand": {files: map[string]string{"LICENSE": mit, "LICENSE-FONT": "Ask the font."}, named: named{Components: altered(func(c *component) {
			c.Texts = []string{"module:LICENSE-FONT"}
		})}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := assemble(root, []module{library(t, c.files)}, c.named)
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.want)
			}
		})
	}
}

// linkedHere is what the repository links; go list takes a while.
var linkedHere = sync.OnceValues(func() ([]module, error) { return linked(context.Background(), root) })

// licenceOfRiver returns the licence of River from the module cache.
func licenceOfRiver(t *testing.T) string {
	t.Helper()
	modules, err := linkedHere()
	require.NoError(t, err)
	for _, m := range modules {
		if m.path == "github.com/riverqueue/river" {
			text, err := os.ReadFile(filepath.Join(m.dir, "LICENSE"))
			require.NoError(t, err)
			return string(text)
		}
	}
	require.Fail(t, "River is not linked")
	return ""
}

func TestLicencesOfCopiedCodeAreFound(t *testing.T) {
	t.Parallel()
	m := library(t, map[string]string{
		"LICENSE": "a", "NOTICE.txt": "b", "license.go": "package lib", "inner/deep/COPYING": "c", "inner/LICENCE": "d", "unused/LICENSE": "e",
	})
	m.packages = append(m.packages, filepath.Join(m.dir, "inner", "deep"))
	files, err := m.files(licenceFile)
	require.NoError(t, err)
	assert.Equal(t, []string{"LICENSE", "inner/LICENCE", "inner/deep/COPYING"}, files)
	files, err = m.files(noticeFile)
	require.NoError(t, err)
	assert.Equal(t, []string{"NOTICE.txt"}, files)
}

func TestATextIsWrittenOnce(t *testing.T) {
	t.Parallel()
	text := render([]part{
		{name: "one", version: "v1", licence: "MIT", source: "https://one", texts: []string{"Free.  \r\nUse it.\n\n", "Notice of one"}},
		{name: "two", version: "v2", licence: "MIT", source: "https://two", texts: []string{"\nFree.\nUse it."}},
	})
	assert.Equal(t, 1, strings.Count(text, "Free.\nUse it."))
	assert.Contains(t, text, "\none\n  version  v1\n  licence  MIT\n  source   https://one\n  texts    [1] [2]\n")
	assert.Contains(t, text, "\ntwo\n  version  v2\n  licence  MIT\n  source   https://two\n  texts    [1]\n")
}

func TestEveryYAMLFileIsRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	write("components.yaml", "components: [{name: one}]\nmodules: [{path: example.org/lib}]")
	write("web.yaml", "components: [{name: two}]")
	all, err := readNamed(folder)
	require.NoError(t, err)
	assert.Equal(t, named{Modules: []duty{{Path: "example.org/lib"}}, Components: []component{{Name: "one"}, {Name: "two"}}}, all)
	write("web.yaml", "components: [{title: two}]")
	_, err = readNamed(folder)
	require.ErrorContains(t, err, "web.yaml")
}

func TestAReplacedModuleIsRefused(t *testing.T) {
	t.Parallel()
	_, err := readModules(strings.NewReader(`{"Dir": "/x", "Module": {"Path": "example.org/lib", "Replace": {"Path": "./copy"}}}`))
	require.ErrorContains(t, err, "replaced by ./copy")
	modules, err := readModules(strings.NewReader(`{"Dir": "/go/fmt"} {"Dir": "/x", "Module": {"Path": "m", "Main": true}}
		{"Dir": "/b", "Module": {"Path": "b", "Version": "v1", "Dir": "/b"}} {"Dir": "/a/x", "Module": {"Path": "a", "Version": "v2", "Dir": "/a"}}`))
	require.NoError(t, err)
	assert.Equal(t, []module{{"a", "v2", "/a", []string{"/a/x"}}, {"b", "v1", "/b", []string{"/b"}}}, modules)
}
