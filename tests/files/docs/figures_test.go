package docs_test

import (
	"go/ast"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/files/docs"
)

var loaded = sync.OnceValues(func() (docs.Source, error) { return docs.Load(filepath.Join(root, "domain")) })

// source returns the code of domain and of everything below it.
func source(t *testing.T) docs.Source {
	t.Helper()
	found, err := loaded()
	require.NoError(t, err)
	return found
}

// numbers returns the numeric constants by name, and the default settings as Settings.Name.
func numbers(t *testing.T) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for _, c := range source(t).Constants {
		if number, ok := c.Number(); ok {
			found[c.Name] = number
		}
	}
	settings := reflect.ValueOf(domain.DefaultSettings())
	for i := range settings.NumField() {
		if field := settings.Field(i); field.CanInt() {
			found["Settings."+settings.Type().Field(i).Name] = float64(field.Int())
		} else if field.CanFloat() {
			found["Settings."+settings.Type().Field(i).Name] = field.Float()
		}
	}
	return found
}

func TestEveryFigureIsThatOfItsConstant(t *testing.T) {
	t.Parallel()
	page, constants := read(t, domainPage), numbers(t)
	faults, named := docs.Figures(page, constants)
	assert.Empty(t, faults)
	for _, c := range source(t).Constants {
		if _, numeric := c.Number(); numeric && c.Exported() && slices.Contains(photoFiles(t), c.File) {
			assert.True(t, named[c.Name], "%s is not on the page", c.Name)
		}
	}
	for text, want := range map[string]string{
		"< 76 (`SharpnessFailBelow`)":           "SharpnessFailBelow: the page has 76 , the code 75",
		"30 s (`CaptureMaxAge`)":                "CaptureMaxAge: the page has 30 s, the code 1.8e+12",
		"₹5 crore (`Settings.SignOffAmount`)":   "Settings.SignOffAmount: the page has 5 crore, the code 5e+08",
		"within 5 km (`SettingsSearchRadius`),": "SettingsSearchRadius: no such constant",
		"> 7 % (`GlareMax`)":                    "GlareMax: the page has 7 %, the code 0.7",
	} {
		faults, _ := docs.Figures(text, constants)
		assert.Equal(t, []string{want}, faults)
	}
}

// photoFiles returns the files that declare types of photos and codes of findings.
func photoFiles(t *testing.T) (files []string) {
	t.Helper()
	for _, c := range source(t).Constants {
		if c.Type == "FindingCode" || c.Type == "PhotoType" {
			files = append(files, c.File)
		}
	}
	require.NotEmpty(t, files)
	return files
}

// outcomes returns the codes of findings with the outcomes that the checks give them, read from
// their calls fail(domain.FindingX) and flag(domain.FindingX), and that of RepeatFindings. A file's
// fault fails.
func outcomes(t *testing.T) map[string]string {
	t.Helper()
	codes, found := map[string]string{}, map[string]string{}
	for _, c := range source(t).Constants {
		if c.Type == "FindingCode" {
			codes[c.Name] = c.Text()
		}
	}
	for _, file := range source(t).Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			function, isName := call.Fun.(*ast.Ident)
			finding, isCode := call.Args[0].(*ast.SelectorExpr)
			if !isName || !isCode || codes[finding.Sel.Name] == "" {
				return true
			}
			switch function.Name {
			case "fail":
				found[codes[finding.Sel.Name]] = string(domain.OutcomeFailed)
			case "flag":
				found[codes[finding.Sel.Name]] = string(domain.OutcomeFlagged)
			}
			return true
		})
	}
	for _, repeat := range []domain.Outcome{domain.OutcomeFlagged, domain.OutcomeFailed} {
		for _, f := range domain.RepeatFindings(repeat) {
			found[string(f.Code)] = string(f.Outcome)
		}
	}
	require.Len(t, found, len(codes), "a code that no check gives")
	for _, fault := range texts(source(t), "ImageFault") {
		found[fault] = string(domain.OutcomeFailed)
	}
	return found
}

// checkFaults compares the table of photo checks with the findings of the code.
func checkFaults(page string, outcomes map[string]string) (faults []string) {
	var tabled, known []string
	for code, outcome := range outcomes {
		known = append(known, code+" "+outcome)
	}
	for _, row := range docs.Rows(docs.Section(page, "### Photo checks")) {
		tabled = append(tabled, strings.Trim(row[2], "`")+" "+row[3])
	}
	return compare("the table", tabled, known)
}

func TestTheTableOfPhotoChecksHasEveryFinding(t *testing.T) {
	t.Parallel()
	page, known := read(t, domainPage), outcomes(t)
	assert.Empty(t, checkFaults(page, known))
	assert.ElementsMatch(t, []string{"the table lacks GLARE FAILED", "the table has GLARE FLAGGED"},
		checkFaults(strings.Replace(page, "`GLARE` | FAILED", "`GLARE` | FLAGGED", 1), known))
}

// described are the types of constants whose every value the page explains.
var described = []string{
	"State", "Role", "PropertyType", "PhotoType", "Room", "PhotoStatus", "Outcome", "FindingCode", "ImageFault", "FollowUpKind",
	"RejectionCode", "Risk", "ValuationStatus", "Methodology", "AdjustmentKind", "ComparableSource", "Topic", "Channel", "SLALevel",
	"StepKind", "Name", "JobKind", "Action", "Processor", "BlockingCode",
}

const agreed = "## Agreed, not built"

func TestEveryValueIsOnThePage(t *testing.T) {
	t.Parallel()
	built, _, found := strings.Cut(read(t, domainPage), agreed)
	require.True(t, found)
	for _, kind := range described {
		values := texts(source(t), kind)
		require.NotEmpty(t, values, kind)
		for _, value := range values {
			assert.Regexp(t, `\b`+regexp.QuoteMeta(value)+`\b`, built, kind)
		}
	}
}

func TestEverySecurityCodeIsExplained(t *testing.T) {
	t.Parallel()
	page := read(t, "docs/security/security-log.md")
	for _, code := range domain.SecurityCodes {
		assert.Contains(t, page, "`"+string(code)+"`")
	}
}

// TestRisksAreBuiltOrAgreed keeps a risk from being in both tables or in neither.
func TestRisksAreBuiltOrAgreed(t *testing.T) {
	t.Parallel()
	page, known := read(t, domainPage), texts(source(t), "Risk")
	column := func(heading string) (codes []string) {
		for _, row := range docs.Rows(docs.Section(page, heading)) {
			codes = append(codes, strings.Trim(row[0], "`"))
		}
		return codes
	}
	assert.Empty(t, compare("the table", column("### Risks"), known))
	for _, risk := range column(agreed) {
		assert.NotContains(t, known, risk, "is built: move it to Risks")
	}
}
