package docs_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	"github.com/propflow/propflow/tests/files/docs"
)

// TestTheGuideRuns runs the snippets of the API guide one after the other, as a reader would,
// and compares what they print.
func TestTheGuideRuns(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			require.Empty(t, os.Getenv("CI"), "the guide needs %s", tool)
			t.Skipf("no %s here: the API guide is not run", tool)
		}
	}
	folder := t.TempDir()
	photo := photofixture.House(1, photofixture.Options{})
	require.NoError(t, os.WriteFile(filepath.Join(folder, "front.jpg"), photo, 0o600))
	snippets := docs.Snippets(read(t, "docs/api-guide.md"))
	require.Greater(t, len(snippets), 10)

	said, err := run(t, folder, script(t, folder, snippets))
	for i, snippet := range snippets {
		printed, missing := os.ReadFile(output(folder, i))
		require.NoError(t, missing, "the snippet before it failed: %v: %s\n%s", err, said, snippet.Text)
		assert.True(t, snippet.Printed(string(printed)), "this prints\n%s\nbut the page shows\n%s\n%s", printed, snippet.Prints, snippet.Text)
	}
	require.NoError(t, err, said)
}

func output(folder string, i int) string { return filepath.Join(folder, fmt.Sprintf("printed-%d", i)) }

// script makes one script of the snippets, in which each prints to a file of its own.
func script(t *testing.T, folder string, snippets []docs.Snippet) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("set -euo pipefail\n")
	for i, snippet := range snippets {
		text := snippet.Text
		switch snippet.Language {
		case "bash":
		case "go":
			program := filepath.Join(folder, fmt.Sprintf("main_%d.go", i))
			require.NoError(t, os.WriteFile(program, []byte(text), 0o600))
			text = fmt.Sprintf("(cd '%s' && URL=$URL TOKEN=$TOKEN go run '%s')\n", absolute(t, root), program)
		default:
			require.Fail(t, "nothing runs this", "%q:\n%s", snippet.Language, text)
		}
		fmt.Fprintf(&b, "{\n%s} >'%s'\n", text, output(folder, i))
	}
	return b.String()
}

// run runs the script against a demo of its own and returns what it printed to stderr. The
// time limit is only for a script that hangs.
func run(t *testing.T, folder, script string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	errors, err := os.Create(filepath.Join(folder, "errors"))
	require.NoError(t, err)
	defer errors.Close()
	bash := exec.CommandContext(ctx, "bash", "-c", script)
	bash.Dir, bash.Stderr = folder, errors // a file: what is left in the background keeps no pipe open
	bash.Env = append(os.Environ(), "URL="+demo(t))
	failed := bash.Run()
	said, err := os.ReadFile(errors.Name())
	require.NoError(t, err)
	return string(said), failed
}

// demo runs the demo until the test ends, and returns its URL.
func demo(t *testing.T) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cfg := config.Config{Address: "127.0.0.1:0", UserRequestsPerMinute: 1000, AddressRequestsPerMinute: 1000}
	product, err := app.NewDemo(ctx, cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- product.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended, "the demo must end cleanly")
	})
	return product.URL
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	return path
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	page := "Words\n```bash\necho a\necho b1c\n```\nand\n\n```text\na\nb…c\n```\n```go\npackage main\n```\n"
	snippets := docs.Snippets(page)
	require.Equal(t, []docs.Snippet{
		{Language: "bash", Text: "echo a\necho b1c\n", Prints: "a\nb…c\n"}, {Language: "go", Text: "package main\n"},
	}, snippets)
	for text, printed := range map[string]bool{"a\nb1c\n": true, "a\nbc\n": true, "a\nb1d\n": false, "b1c\n": false, "a\nb1c\nd\n": false} {
		assert.Equal(t, printed, snippets[0].Printed(text), text)
	}
	assert.False(t, snippets[1].Printed("anything"))
}
