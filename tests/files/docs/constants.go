package docs

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// Constant is a package-level constant of the source.
type Constant struct {
	Name  string
	Type  string // without its package, e.g. "Duration" or "FindingCode"
	File  string
	Value constant.Value
}

// Text returns the value of a string constant.
func (c Constant) Text() string { return constant.StringVal(c.Value) }

// Number returns the value of a numeric constant, durations in nanoseconds. ok is false for
// other constants.
func (c Constant) Number() (number float64, ok bool) {
	if c.Value.Kind() != constant.Int && c.Value.Kind() != constant.Float {
		return 0, false
	}
	number, _ = constant.Float64Val(c.Value)
	return number, true
}

// Exported reports whether other packages may use the constant.
func (c Constant) Exported() bool { return ast.IsExported(c.Name) }

// Source is the code of all packages below a folder, without tests.
type Source struct {
	Constants []Constant
	Files     []*ast.File
}

// Load parses every package below a folder and evaluates its constants. It imports only these
// packages and the durations of package time, so it needs neither a build nor the network. It
// leaves out constants that depend on anything else.
func Load(folder string) (Source, error) {
	set := token.NewFileSet()
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		packages[filepath.Dir(name)] = append(packages[filepath.Dir(name)], file)
		return err
	})
	if err != nil {
		return Source{}, err
	}
	importer := &sources{set: set, root: filepath.Dir(folder), packages: packages, checked: map[string]*types.Package{}}
	var source Source
	for at, files := range packages {
		source.Files = append(source.Files, files...)
		source.Constants = append(source.Constants, constants(set, importer.check(at))...)
	}
	return source, nil
}

func constants(set *token.FileSet, of *types.Package) (found []Constant) {
	for _, name := range of.Scope().Names() {
		c, ok := of.Scope().Lookup(name).(*types.Const)
		if !ok || c.Val().Kind() == constant.Unknown {
			continue
		}
		kind := c.Type().String()
		if named, ok := c.Type().(*types.Named); ok {
			kind = named.Obj().Name()
		}
		found = append(found, Constant{Name: name, Type: kind, File: set.Position(c.Pos()).Filename, Value: c.Val()})
	}
	return found
}

// sources is a types.Importer that type-checks the parsed packages.
type sources struct {
	set      *token.FileSet
	root     string
	packages map[string][]*ast.File
	checked  map[string]*types.Package
}

// Import returns the package with a path. If its source was not parsed, the package is empty.
func (s *sources) Import(importPath string) (*types.Package, error) {
	for at := range s.packages {
		if rel, err := filepath.Rel(s.root, at); err == nil && strings.HasSuffix(importPath, "/"+filepath.ToSlash(rel)) {
			return s.check(at), nil
		}
	}
	imported := types.NewPackage(importPath, path.Base(importPath))
	if importPath == "time" {
		durations(imported)
	}
	imported.MarkComplete()
	return imported, nil
}

// check type-checks a package as far as possible. It ignores errors, because packages outside
// the folder are not imported.
func (s *sources) check(at string) *types.Package {
	if done := s.checked[at]; done != nil {
		return done
	}
	config := types.Config{Importer: s, Error: func(error) {}, IgnoreFuncBodies: true}
	checked, _ := config.Check(at, s.set, s.packages[at], nil)
	s.checked[at] = checked
	return checked
}

// durations declares the units of package time.
func durations(in *types.Package) {
	name := types.NewTypeName(token.NoPos, in, "Duration", nil)
	duration := types.NewNamed(name, types.Typ[types.Int64], nil)
	in.Scope().Insert(name)
	for unit, ns := range map[string]int64{
		"Nanosecond": 1, "Microsecond": 1e3, "Millisecond": 1e6, "Second": 1e9, "Minute": 60e9, "Hour": 3600e9,
	} {
		in.Scope().Insert(types.NewConst(token.NoPos, in, unit, duration, constant.MakeInt64(ns)))
	}
}
