package domain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// staffOnly are the rules that no request of an owner can break.
var staffOnly = []string{
	"give an address or remove it, not both", "is asked for twice", "is named twice", "must be 0.1 to 50", "must be 0.5 to 50",
	"must be 1 to 20 items", "must be 1 to 1000000000000 rupees", "must be 1800 to this year", "must be ACCEPTED or REFUSED", "must be GRANTED or REFUSED",
	"name a case or a person, not both",
	"must be REGISTRY, LENDER or BROKER", "must be VALUER, SUPERVISOR or ADMIN", "must be a current photo of this property",
	"must be a follow-up kind", "must be a known comparable", "must be a methodology", "must be a photo type, INTERNAL with its room",
	"must be a rejection code", "must be above 0, at most 100", "must be an e-mail address such as name@example.in",
	"must be the folder of a property or a photo",
	"must be a valuer or supervisor who has access and does not own the property", "must be another one than the present",
	"must be, with lng, a place in India", "must not lie more than 10 years before the year in which it was built",
}

// folders are those of the code that answers owners, and that of the API.
var folders = []string{".", "capture", "identity", "intake", "notify", "privacy", "../api"}

// TestEveryRuleOfAnOwnerIsInHindi reads the messages of rules from the source.
func TestEveryRuleOfAnOwnerIsInHindi(t *testing.T) {
	t.Parallel()
	messages := map[string]token.Position{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if !strings.HasSuffix(file, "_test.go") {
				rules(t, file, messages)
			}
		}
	}
	require.Greater(t, len(messages), 60)
	unused := map[string]bool{}
	for _, message := range staffOnly {
		unused[numbered(message)] = true
	}
	for message, at := range messages {
		if unused[numbered(message)] {
			unused[numbered(message)] = false
			continue
		}
		words := domain.WordsOf(message)
		assert.Regexp(t, `\p{Devanagari}`, words.Hindi, "%s: %q", at, message)
		assert.ElementsMatch(t, numberPattern.FindAllString(message, -1), numberPattern.FindAllString(words.Hindi, -1), message)
	}
	for message, none := range unused {
		assert.False(t, none, "an exception that is none: %s", message)
	}
}

var numberPattern = regexp.MustCompile(`-?\d+(\.\d+)?`)

func numbered(message string) string { return numberPattern.ReplaceAllString(message, "#") }

// rules adds the messages of a file: the last argument of Require and that of WordsOf, which is a
// text, a format, or a text before a number.
func rules(t *testing.T, file string, messages map[string]token.Position) {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, 0)
	require.NoError(t, err)
	note := func(e ast.Expr) {
		if call, ok := e.(*ast.CallExpr); ok && called(call) == "Sprintf" {
			e = call.Args[0]
		}
		sum, isSum := e.(*ast.BinaryExpr) // a text and a number
		if isSum {
			e = sum.X
		}
		text, ok := e.(*ast.BasicLit)
		if !ok {
			return // a variable, whose text is noted where it is made
		}
		message, err := strconv.Unquote(text.Value)
		require.NoError(t, err)
		message = strings.ReplaceAll(message, "%d", "7")
		if isSum {
			message += "7"
		}
		messages[message] = set.Position(e.Pos())
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if name := called(call); name == "Require" && len(call.Args) == 4 || name == "WordsOf" {
				note(call.Args[len(call.Args)-1])
			}
		}
		return true
	})
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.Ident:
		return f.Name
	}
	return ""
}

func TestNumbersStayInPlace(t *testing.T) {
	t.Parallel()
	assert.Equal(t, domain.Words{English: "must be -5 to 200", Hindi: "-5 से 200 तक होना चाहिए"}, domain.WordsOf("must be -5 to 200"))
	assert.Equal(t, "0.5 से 50 तक होना चाहिए", domain.WordsOf("must be 0.5 to 50").Hindi)
	assert.Empty(t, domain.WordsOf("must be # to #, they say").Hindi)
}

func TestARuleCarriesWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	var v domain.Violations
	v.RequireWords(true, "a", "rule", domain.Words{English: "never"})
	v.RequireWords(false, "location", "pin_imprecise", domain.Words{English: "go outside", Hindi: "बाहर जाएँ"})
	v.Require(false, "area_sqft", "required", "is required")
	var e *domain.Error
	require.ErrorAs(t, v.Err(), &e)
	require.Len(t, e.Fields, 2)
	assert.Equal(t, domain.Words{English: "go outside", Hindi: "बाहर जाएँ"}, e.Fields[0].Words())
	assert.Equal(t, "ज़रूरी है", e.Fields[1].Words().Hindi)
	assert.Equal(t, domain.Words{English: "the input breaks a rule", Hindi: "दी गई जानकारी में कुछ ठीक नहीं है"}, e.Words())
}
