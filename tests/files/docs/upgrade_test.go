package docs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

// newestOf020 is the last migration of the release before.
const newestOf020 = 14

// since returns the versions of the migrations that the release before does not have: files, and those
// that are written in Go.
func since(t *testing.T) (versions []int) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "migrations"))
	require.NoError(t, err)
	for _, entry := range entries {
		number, _, _ := strings.Cut(entry.Name(), "_")
		if version, err := strconv.Atoi(number); err == nil && version > newestOf020 {
			versions = append(versions, version)
		}
	}
	written := regexp.MustCompile(`const landDrafts = (\d+)`).FindStringSubmatch(read(t, "adapters/postgres/migrate_land.go"))
	require.NotNil(t, written)
	version, err := strconv.Atoi(written[1])
	require.NoError(t, err)
	versions = append(versions, version)
	slices.Sort(versions)
	return versions
}

var spans = regexp.MustCompile(`\b(\d+)(?: to (\d+))?\b`)

// TestTheUpgradeNamesEveryMigration holds the numbers of the section on upgrading against the migrations.
func TestTheUpgradeNamesEveryMigration(t *testing.T) {
	t.Parallel()
	section := docs.Section(read(t, "docs/ops/README.md"), "## Upgrading from 0.2.0")
	versions := since(t)
	assert.Contains(t, section, fmt.Sprintf("`propflow migrate down`, %d times, to version %d,", len(versions), newestOf020))

	_, rest, found := strings.Cut(section, "- Migrations ")
	list, _, ended := strings.Cut(rest, " add columns")
	require.True(t, found && ended, "the section has a list of the migrations that add")
	told := []int{20} // it has a paragraph of its own, because it changes rows
	for _, m := range spans.FindAllStringSubmatch(list, -1) {
		first, _ := strconv.Atoi(m[1])
		last := first
		if m[2] != "" {
			last, _ = strconv.Atoi(m[2])
		}
		assert.Contains(t, versions, last, "the end of %q", m[0])
		for version := first; version <= last; version++ {
			told = append(told, version)
		}
	}
	for _, version := range versions {
		assert.Contains(t, told, version, "migration %d is not told", version)
	}
}

// TestTheRunbookAnswersWhatAReviewAsks looks for the sections that a bank's review asks for: each says how
// one knows that it worked.
func TestTheRunbookAnswersWhatAReviewAsks(t *testing.T) {
	t.Parallel()
	runbook := read(t, "docs/ops/runbook.md")
	for _, heading := range []string{
		"## Revoke everybody", "### SECRET_KEY", "### PEPPER", "### TOTP_KEY", "## SMS budget spent", "## Last ADMIN lost", "## Evidence in doubt: suspected tampering", "## Erasure request",
		"## Personal data breach",
	} {
		section := docs.Section(runbook, heading)
		assert.Regexp(t, `(?m)^(- Check|Verify): `, section, heading)
	}
	breach := docs.Section(runbook, "## Personal data breach")
	for _, clock := range []string{"T0 + 6 h | CERT-In", "without delay | Data Protection Board", "without delay | each affected person", "T0 + 72 h | Data Protection Board"} {
		assert.Contains(t, breach, clock)
	}
}
