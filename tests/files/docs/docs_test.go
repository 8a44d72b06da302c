package docs_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

const (
	root       = "../../.."
	domainPage = "docs/domain.md"
)

var update = flag.Bool("update", false, "write the generated parts of the pages")

// generated compares a generated part of docs/domain.md with what the code gives, or writes it.
func generated(t *testing.T, name, want string) {
	t.Helper()
	generatedIn(t, domainPage, name, want)
}

// generatedIn compares a generated part of a page, or writes it.
func generatedIn(t *testing.T, file, name, want string) {
	t.Helper()
	page := read(t, file)
	if *update {
		writing.Lock()
		defer writing.Unlock()
		page = docs.Replace(read(t, file), name, want)
		require.NoError(t, os.WriteFile(filepath.Join(root, file), []byte(page), 0o644))
	}
	part, found := docs.Generated(page, name)
	require.True(t, found, "%s has no generated part %s", file, name)
	assert.Equal(t, want, part, "run: go test ./tests/files/docs -update")
}

// writing keeps tests that write different parts of the page at once apart.
var writing sync.Mutex

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(content)
}

func house(t *testing.T) docs.House {
	t.Helper()
	return docs.Read(read(t, "Makefile"), read(t, "scripts/deploy"), read(t, "infrastructure/outputs.tf"), read(t, "infrastructure/variables.tf"),
		func(path string) bool {
			_, err := os.Stat(filepath.Join(root, path))
			return err == nil
		})
}

// pages returns every page for people, by path from the root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range []string{
		"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "infrastructure/README.md", "sdk/ts/README.md", "tests/README.md",
	} {
		all[name] = read(t, name)
	}
	require.NoError(t, filepath.WalkDir(filepath.Join(root, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if name, relErr := filepath.Rel(root, path); relErr == nil && filepath.Ext(path) == ".md" {
			all[name] = read(t, name)
		}
		return err
	}))
	require.Greater(t, len(all), 10)
	delete(all, "docs/add-an-operation.md") // its operation is an example
	return all
}

func TestPagesTellOfWhatIsThere(t *testing.T) {
	t.Parallel()
	h := house(t)
	for name, text := range pages(t) {
		for _, fault := range h.Page(filepath.Dir(name), text) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

func TestAlarmsAreToldWithTheirSection(t *testing.T) {
	t.Parallel()
	monitoring, alarms, runbook := read(t, "docs/ops/monitoring.md"), read(t, "infrastructure/alarms.tf"), read(t, "docs/ops/runbook.md")
	assert.Empty(t, docs.Alarms(monitoring, alarms, runbook))
	for name, c := range map[string]struct{ monitoring, alarms, runbook, want string }{
		"an alarm is not told":   {strings.ReplaceAll(monitoring, "| DiskUsage |", "| disk |"), alarms, runbook, "DiskUsage: monitoring.md does not tell of it"},
		"an alarm of nobody":     {monitoring, strings.ReplaceAll(alarms, "CacheMemory = {", "Memory = {"), runbook, "CacheMemory: alarms.tf does not define it"},
		"a section is not there": {monitoring, alarms, strings.ReplaceAll(runbook, "## Queue backlog", "## Queue"), "QueueBacklog: the runbook has no section queue backlog"},
	} {
		assert.Contains(t, docs.Alarms(c.monitoring, c.alarms, c.runbook), c.want, name)
	}
}

func TestEveryPlantedFaultOfAPageIsNamed(t *testing.T) {
	t.Parallel()
	h := house(t)
	for text, want := range map[string]string{
		"`make verify-everything` does it":                    "make verify-everything: there is none",
		"    $ make nothing":                                  "make nothing: there is none",
		"run `scripts/undeploy now`":                          "scripts/undeploy is not there",
		"`scripts/deploy undo api`":                           "scripts/deploy undo: there is none",
		"`terraform output -raw password`":                    "terraform output password: there is none",
		"`terraform -chdir=infrastructure output -json keys`": "terraform output keys: there is none",
		"export TF_VAR_cache_password=x":                      "variable cache_password: there is none",
		"see `app/nowhere/x.go`":                              "app/nowhere/x.go is not there",
		"[there](nowhere.md#at-all)":                          "the link to nowhere.md leads nowhere",
	} {
		assert.Equal(t, []string{want}, h.Page("docs", text), text)
	}
	const fine = "`make verify-infra`, `scripts/deploy image`, `terraform output -raw bucket`, TF_VAR_region, [a](ops/runbook.md#x), " +
		"[b](https://example.com), `app/config`, people make nothing of it"
	assert.Empty(t, h.Page("docs", fine))
}
