package config

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/configuration.md")

const document = "../../docs/configuration.md"

const preamble = `# Configuration

Everything is configured by variables of the environment. This table is generated from ` + "`app/config`" + ` by
` + "`make generate`" + `, and a test fails if it is not what the code reads. A process with a variable that is missing or
malformed does not start, and names all such variables at once, without their values; ` + "`propflow doctor`" + ` names them too.

Read by: **servers** are ` + "`serve`, `worker`, `scheduler`" + ` and ` + "`doctor`" + `; **check** is ` + "`check`" + `, ` + "`audit`" + ` and ` + "`files`" + `; **staff** is ` + "`staff`" + `
and ` + "`jobs`" + `; **migrate** and **demo** are the commands of that name. [.env.example](../.env.example) has values for a laptop,
and the variables of Compose itself.

| variable | read by | required | default | meaning |
|---|---|---|---|---|
`

// reader is a kind of process, and what it reads.
type reader struct {
	name   string
	config reflect.Type
	load   func(vars map[string]string) error
}

var readers = []reader{
	{"servers", reflect.TypeFor[Servers](), func(vars map[string]string) error { _, err := ServersFromMap(vars); return err }},
	{"check", reflect.TypeFor[Checks](), func(vars map[string]string) error { _, err := ChecksFromMap(vars); return err }},
	{"staff", reflect.TypeFor[Database](), func(vars map[string]string) error { _, err := parse(vars, Database.faults); return err }},
	{"migrate", reflect.TypeFor[Migrations](), func(vars map[string]string) error { _, err := parse(vars, Migrations.faults); return err }},
	{"demo", reflect.TypeFor[Config](), func(vars map[string]string) error { _, err := FromMap(vars); return err }},
}

func TestTheTableOfVariablesIsWhatTheCodeReads(t *testing.T) {
	t.Parallel()
	meanings := meanings(t)
	var lines []string
	rows := make(map[string]bool)
	for _, r := range readers {
		for field := range fields(r.config) {
			if name := variable(field); !rows[name] {
				rows[name] = true
				require.NotEmpty(t, meanings[name], "%s has no comment", name)
				lines = append(lines, row(name, field.Tag.Get("envDefault"), meanings[name]))
			}
		}
	}
	want := preamble + strings.Join(lines, "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile(document, []byte(want), 0o600))
	}
	got, err := os.ReadFile(document)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run make generate")
}

func row(name, standard, meaning string) string {
	var reading, needing []string
	for _, r := range readers {
		for field := range fields(r.config) {
			if variable(field) == name {
				reading = append(reading, r.name)
			}
		}
		if err := r.load(nil); err != nil && regexp.MustCompile(`(?m)(^|\s)`+name+`: required$`).MatchString(err.Error()) {
			needing = append(needing, r.name)
		}
	}
	required := strings.Join(needing, ", ")
	if slices.Equal(reading, needing) {
		required = "yes"
	}
	if standard != "" {
		standard = "`" + standard + "`"
	}
	return fmt.Sprintf("| %#q | %s | %s | %s | %s |", name, strings.Join(reading, ", "), required, standard, meaning)
}

// meanings reads the comments of all fields with a variable, in which the names of fields
// become those of variables. A comment that names the next field too is also that one's.
func meanings(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := make(map[string]string)
	for _, file := range files {
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(syntax, func(node ast.Node) bool {
			if structure, ok := node.(*ast.StructType); ok {
				for name, meaning := range structMeanings(structure) {
					found[name] = meaning
				}
			}
			return true
		})
	}
	return found
}

func structMeanings(structure *ast.StructType) map[string]string {
	variables, comments := make(map[string]string), make(map[string]string)
	var comment string
	for _, field := range structure.Fields.List {
		if field.Tag == nil || len(field.Names) == 0 {
			continue
		}
		name := variable(reflect.StructField{Tag: reflect.StructTag(strings.Trim(field.Tag.Value, "`"))})
		if name == "" {
			continue
		}
		variables[field.Names[0].Name] = name
		if field.Doc != nil {
			comment = strings.Join(strings.Fields(field.Doc.Text()), " ")
		} else if !strings.Contains(comment, field.Names[0].Name) {
			continue
		}
		comments[name] = comment
	}
	words := slices.Collect(maps.Keys(variables))
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	if len(words) == 0 {
		return nil
	}
	fieldNames := regexp.MustCompile(`\b(` + strings.Join(words, "|") + `)\b`)
	for name, text := range comments {
		text = fieldNames.ReplaceAllStringFunc(text, func(field string) string { return "`" + variables[field] + "`" })
		comments[name] = strings.ReplaceAll(text, "|", `\|`)
	}
	return comments
}
