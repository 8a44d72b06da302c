package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

const asvsPage = "docs/security/asvs.md"

var testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)

// tests returns the names of all tests of the repository.
var tests = sync.OnceValues(func() (map[string]bool, error) {
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains([]string{".git", "node_modules", "bin"}, entry.Name()) {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		for _, m := range testFunc.FindAllSubmatch(code, -1) {
			found[string(m[1])] = true
		}
		return err
	})
	return found, err
})

// shown reports whether what a row names as its proof exists: a test, a target of make, or a file of
// Terraform's tests.
func shown(t *testing.T) func(proof string) bool {
	t.Helper()
	names, err := tests()
	require.NoError(t, err)
	h := house(t)
	return func(proof string) bool {
		target, isMake := strings.CutPrefix(proof, "make ")
		switch {
		case isMake:
			return slices.Contains(h.Targets, target)
		case strings.HasSuffix(proof, ".tftest.hcl"):
			return h.Exists("infrastructure/tests/" + proof)
		default:
			return names[proof]
		}
	}
}

// split returns the rows of ASVS and those of the API Security Top 10.
func split(t *testing.T) (asvs, top10 []docs.Requirement) {
	t.Helper()
	for _, r := range docs.Requirements(read(t, asvsPage)) {
		if strings.HasPrefix(r.ID, "API") {
			top10 = append(top10, r)
		} else {
			asvs = append(asvs, r)
		}
	}
	return asvs, top10
}

func TestEveryRowOfTheStandardHasItsVerdict(t *testing.T) {
	t.Parallel()
	asvs, top10 := split(t)
	assert.Empty(t, docs.Unsound(asvs, docs.Level2(), shown(t)))
	assert.Empty(t, docs.Unsound(top10, docs.APITop10(), shown(t)))
	assert.Len(t, asvs, 181)
	unmet := 0
	for _, r := range slices.Concat(asvs, top10) {
		if r.Verdict == docs.NotMet {
			unmet++
		}
	}
	assert.LessOrEqual(t, unmet, 5, "the lender accepts no more")
}

func TestTheCountsOfTheStandardAreThoseOfItsRows(t *testing.T) {
	t.Parallel()
	asvs, _ := split(t)
	generatedIn(t, asvsPage, "verdicts", docs.Verdicts(asvs))
}

func TestEveryPlantedFaultOfTheStandardIsNamed(t *testing.T) {
	t.Parallel()
	exists := func(proof string) bool { return proof == "TestA" }
	const sound = "| 2.1.1 | x | met | y | `TestA` |\n"
	assert.Empty(t, docs.Unsound(docs.Requirements(sound), []string{"2.1.1"}, exists))
	for page, want := range map[string]string{
		"":                                        "2.1.1: not listed",
		sound + sound:                             "2.1.1: listed twice",
		sound + "| 6.1.1 | x | n/a | y | |\n":     "6.1.1: the standard has no such row",
		"| 2.1.1 | x | met | y | |\n":             "2.1.1: met, and nothing shows it",
		"| 2.1.1 | x | met | | |\n":               "2.1.1: met, and nothing shows it",
		"| 2.1.1 | x | met | y | `TestB` |\n":     "2.1.1: there is no TestB",
		"| 2.1.1 | x | n/a | | |\n":               "2.1.1: not applicable, without a reason",
		"| 2.1.1 | x | not met | because | |\n":   "2.1.1: not met, and borne by nobody",
		"| 2.1.1 | x | perhaps | y | `TestA` |\n": `2.1.1: the verdict is "perhaps"`,
	} {
		assert.Equal(t, []string{want}, docs.Unsound(docs.Requirements(page), []string{"2.1.1"}, exists), page)
	}
	assert.Equal(t, "\n| chapter | met | n/a | not met | rows |\n|---|---|---|---|---|\n| V2 | 1 | 0 | 1 | 2 |\n| V13 | 0 | 1 | 0 | 1 |\n| **all** | 1 | 1 | 1 | 3 |\n\nNot met: 2.1.2.\n",
		docs.Verdicts([]docs.Requirement{{ID: "2.1.1", Verdict: docs.Met}, {ID: "2.1.2", Verdict: docs.NotMet}, {ID: "13.3.1", Verdict: docs.NotApplicable}}))
}
