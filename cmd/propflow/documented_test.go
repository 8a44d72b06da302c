package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	// inCode finds spans and lines of code; a fence's lines are found by told.
	inCode = regexp.MustCompile("`([^`\n]+)`|(?m:^    (.+)$)")
	// command finds what is said to propflow, up to where the shell takes over.
	command = regexp.MustCompile(`(?:^|[\s(])(?:\./bin/|\./cmd/|/)?(?:propflow|scripts/deploy run|compose run --rm api) ([a-z][^;|&#)'"<>]*)`)
	word    = regexp.MustCompile(`^[a-z][a-z-]*$`)
)

// told lists what a page says to propflow, in code.
func told(page string) (commands []string) {
	var code []string
	for i, part := range strings.Split(page, "\n```") {
		if i%2 == 1 {
			code = append(code, strings.Split(part, "\n")[1:]...)
			continue
		}
		for _, m := range inCode.FindAllStringSubmatch(part, -1) {
			code = append(code, m[1]+m[2])
		}
	}
	for _, line := range code {
		for _, m := range command.FindAllStringSubmatch(line, -1) {
			commands = append(commands, strings.TrimSpace(m[1]))
		}
	}
	return commands
}

// wrong says what the command line does not understand of a command, as far as it is spelled out.
func wrong(node *kong.Node, said string) error {
	flags := node.Flags
	for _, arg := range strings.Fields(said) {
		name, isFlag := strings.CutPrefix(arg, "--")
		name, _, _ = strings.Cut(name, "=")
		switch {
		case isFlag:
			if !slices.ContainsFunc(flags, func(f *kong.Flag) bool { return f.Name == name }) {
				return fmt.Errorf("%s: no flag --%s", said, name)
			}
		case !word.MatchString(arg):
			return nil // a placeholder, or a value
		case len(node.Children) > 0:
			i := slices.IndexFunc(node.Children, func(child *kong.Node) bool { return child.Name == arg })
			if i < 0 {
				return fmt.Errorf("%s: no command %s", said, arg)
			}
			node = node.Children[i]
			flags = append(slices.Clone(flags), node.Flags...)
		case len(node.Positional) > 0 && node.Positional[0].Enum != "":
			if !slices.Contains(node.Positional[0].EnumSlice(), arg) {
				return fmt.Errorf("%s: no %s", said, arg)
			}
		}
	}
	return nil
}

func TestDocumentedCommandsExist(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&commands{}, kong.Vars{"version": ""})
	require.NoError(t, err)
	model := parser.Model.Node
	const root = "../.."
	pages := []string{filepath.Join(root, "README.md"), filepath.Join(root, "docker-compose.yml")}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".md" {
			pages = append(pages, path)
		}
		return err
	}))
	found := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, said := range told(string(text)) {
			found++
			assert.NoError(t, wrong(model, said), page)
		}
	}
	assert.Greater(t, found, 40, "pages are full of them")

	for page, want := range map[string]string{
		"run `propflow staff fire`":                      "staff fire: no command fire",
		"run `propflow migrate sideways`":                "migrate sideways: no sideways",
		"run `propflow doctor --hastily`":                "doctor --hastily: no flag --hastily",
		"```sh\nscripts/deploy run cure   # soon\n```":   "cure: no command cure",
		"so:\n\n    docker compose run --rm api nurse x": "nurse x: no command nurse",
	} {
		said := told("\n" + page)
		require.Len(t, said, 1, page)
		assert.EqualError(t, wrong(model, said[0]), want)
	}
	assert.Empty(t, told("propflow runs `make run`, and `/aws/ecs/propflow-api` is a group"))
}
