package docs_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

func TestTheNewestVersionIsTheProducts(t *testing.T) {
	t.Parallel()
	log := read(t, "CHANGELOG.md")
	all, err := docs.Releases(log)
	require.NoError(t, err)
	source, err := docs.Load(filepath.Join(root, "app")) // importing app would build the whole product
	require.NoError(t, err)
	at := slices.IndexFunc(source.Constants, func(c docs.Constant) bool { return c.Name == "Version" })
	require.GreaterOrEqual(t, at, 0)
	assert.Equal(t, all[0].Version, source.Constants[at].Text(), "the newest of CHANGELOG.md, and Version in app/app.go")
	for _, one := range all {
		assert.NotEmpty(t, docs.Section(log, "## ["+one.Version+"] - "+one.Date.Format("2006-01-02")), "what %s brought", one.Version)
	}
}

func TestEveryPlantedFaultOfAChangeLog(t *testing.T) {
	t.Parallel()
	for log, want := range map[string]string{
		"# Changelog\n":                                                "has no version",
		"## [Unreleased]\n":                                            "has no version",
		"## [0.2.0]\n":                                                 "heading",
		"## 0.2.0 - 2026-11-30\n":                                      "heading",
		"## [0.2.0] - Unreleased\n":                                    "heading",
		"## [0.2.0] - 2026-13-30\n":                                    "month out of range",
		"## [0.2.0] - 2026-11-30\n## [Unreleased]\n":                   "heading",
		"## [0.9.0] - 2026-11-30\n## [0.10.0] - 2026-11-23\n":          "0.10.0 is not older than 0.9.0",
		"## [0.2.0] - 2026-11-30\n## [0.2.0] - 2026-11-23\n":           "0.2.0 is not older than 0.2.0",
		"## [0.2.0] - 2026-11-20\n\ntext\n\n## [0.1.0] - 2026-11-23\n": "0.1.0 is not older than 0.2.0",
	} {
		_, err := docs.Releases(log)
		require.ErrorContains(t, err, want, log)
	}
	all, err := docs.Releases("## [Unreleased]\n\n## [0.10.0] - 2026-11-30\n\n## [0.9.0] - 2026-11-30\n")
	require.NoError(t, err)
	assert.Equal(t, "0.10.0", all[0].Version)
}
