package domain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

// constants reads the values of all string constants of a type from the package's source, so
// that a new one cannot be forgotten.
func constants(t *testing.T, typeName, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var values []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != typeName {
			return true
		}
		for _, v := range spec.Values {
			value, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			require.NoError(t, err)
			values = append(values, value)
		}
		return true
	})
	require.NotEmpty(t, values)
	return values
}

func TestEveryFindingHasItsAdvice(t *testing.T) {
	t.Parallel()
	codes := append(constants(t, "FindingCode", "finding.go"), constants(t, "ImageFault", "inspection.go")...)
	assert.Greater(t, len(codes), 20)
	general := photocheck.Advice(domain.FindingCode("UNHEARD_OF"))
	assert.NotEmpty(t, general)
	seen := map[string]string{general.English: "the general advice", general.Hindi: "the general advice"}
	for _, code := range codes {
		if code == string(domain.NoFault) {
			continue
		}
		advice := photocheck.Advice(domain.FindingCode(code))
		for _, text := range []string{advice.English, advice.Hindi} {
			assert.Empty(t, seen[text], "%s advises the same as %s", code, seen[text])
			seen[text] = code
		}
		assert.Regexp(t, `^[A-Z].*\.$`, advice.English, code)
		assert.Regexp(t, `^[^a-z]*\p{Devanagari}[^a-z]*।$`, advice.Hindi, code)
	}
}
