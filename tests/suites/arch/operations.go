package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// UseCase is a struct with an Execute method in a file of domain/<capability>.
type UseCase struct {
	File string // relative to the root, with slashes
	Type string
}

// Operations lists the operationIds of an OpenAPI document. An operation without one is listed
// by its method and path.
func Operations(file string) ([]string, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	var ids []string
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			id := operation.OperationID
			if id == "" {
				id = method + " " + path
			}
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// CheckOperations returns one line for each operation whose operationId, handler, file and
// use case do not have the same name. Operations in without need a handler but no use case. It is
// a fault if one of these is not in the document or does have a use case.
func CheckOperations(operations []string, useCases []UseCase, handlers, without []string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, id := range operations {
		handled := slices.ContainsFunc(handlers, func(h string) bool { return strings.EqualFold(h, id) })
		if !handled {
			fault("%s has no handler in package api", id)
		}
		var files []string
		for _, u := range useCases {
			if !strings.EqualFold(u.Type, id) {
				continue
			}
			files = append(files, u.File)
			if base := Snake(id) + ".go"; filepath.Base(u.File) != base {
				fault("%s: its use case stands in %s, not in %s", id, u.File, base)
			}
			if handled && !slices.Contains(handlers, u.Type) {
				fault("%s: handler and use case %s are spelt differently", id, u.Type)
			}
		}
		excused := slices.Contains(without, id)
		switch {
		case len(files) == 0 && !excused:
			fault("%s has no use case: want domain/*/%s.go with a struct and its Execute", id, Snake(id))
		case len(files) > 1:
			fault("%s has %d use cases: %s", id, len(files), strings.Join(files, ", "))
		case len(files) == 1 && excused:
			fault("%s has a use case, so it needs no exception", id)
		}
	}
	for _, id := range without {
		if !slices.Contains(operations, id) {
			fault("%s is excepted but not in the document", id)
		}
	}
	return faults
}

// UseCases lists every struct with an Execute method in the files of domain/<capability>.
func UseCases(root string) ([]UseCase, error) {
	var found []UseCase
	err := parseFolder(root, "domain/*/*.go", func(name string, file *ast.File) {
		structs, methods := declared(file)
		for _, m := range methods {
			if m.name == "Execute" && structs[m.receiver] {
				found = append(found, UseCase{File: name, Type: m.receiver})
			}
		}
	})
	return found, err
}

// Handlers lists the names of all exported methods of package api.
func Handlers(root string) ([]string, error) {
	var found []string
	err := parseFolder(root, "api/*.go", func(_ string, file *ast.File) {
		_, methods := declared(file)
		for _, m := range methods {
			if ast.IsExported(m.name) {
				found = append(found, m.name)
			}
		}
	})
	return found, err
}

type method struct{ receiver, name string }

// declared lists a file's structs and methods.
func declared(file *ast.File) (structs map[string]bool, methods []method) {
	structs = map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeSpec:
			if _, ok := n.Type.(*ast.StructType); ok {
				structs[n.Name.Name] = true
			}
		case *ast.FuncDecl:
			if n.Recv != nil && len(n.Recv.List) == 1 {
				receiver := n.Recv.List[0].Type
				if star, ok := receiver.(*ast.StarExpr); ok {
					receiver = star.X
				}
				if named, ok := receiver.(*ast.Ident); ok {
					methods = append(methods, method{named.Name, n.Name.Name})
				}
			}
			return false
		}
		return true
	})
	return structs, methods
}

// parseFolder parses the files under root that match a glob, except tests.
func parseFolder(root, glob string, read func(name string, file *ast.File)) error {
	names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(glob)))
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		read(filepath.ToSlash(relative), file)
	}
	return nil
}

var (
	plural    = regexp.MustCompile(`([A-Z]{2,})s($|[A-Z])`)
	wordStart = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	afterCaps = regexp.MustCompile(`([A-Z])([A-Z][a-z])`)
)

// Snake converts to snake case: requestOTP to request_otp, listKPIs to list_kpis.
func Snake(id string) string {
	id = plural.ReplaceAllStringFunc(id, func(s string) string {
		caps, next, _ := strings.Cut(s, "s")
		return caps[:1] + strings.ToLower(caps[1:]) + "s" + next
	})
	id = wordStart.ReplaceAllString(id, "${1}_${2}")
	id = afterCaps.ReplaceAllString(id, "${1}_${2}")
	return strings.ToLower(id)
}
