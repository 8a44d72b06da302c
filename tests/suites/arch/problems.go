package arch

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
)

// ProblemCodes reads from the source every code with which an Error or a Problem is made,
// except those of internal errors, which no client sees. A code is a literal, possibly with a
// literal suffix, or it is passed: as a parameter, in which case the callers are read, or in a
// field, in which case the literals of the package are read. Anything else is a fault, because
// the code cannot be determined.
func ProblemCodes(root string) (codes, faults []string, err error) {
	r := &codeReader{fields: map[string][]string{}, made: map[string]bool{}, seen: map[passed]bool{}}
	for _, glob := range []string{
		"domain/*.go", "domain/*/*.go", "domain/model/*/*.go", "ports/*.go", "internal/*/*.go", "adapters/*/*.go", "adapters/*/*/*.go",
		"api/*.go", "api/middleware/*.go", "app/*.go", "app/*/*.go",
	} {
		err := parseFolder(root, glob, func(name string, file *ast.File) { r.collect(source{path.Dir(name), file}) })
		if err != nil {
			return nil, nil, err
		}
	}
	for _, literal := range r.literals {
		r.readLiteral(literal)
	}
	for code := range r.made {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	slices.Sort(r.faults)
	return codes, r.faults, nil
}

type source struct {
	folder string
	*ast.File
}

// passed is a parameter of a function, or a field, whose value is a code.
type passed struct {
	folder, name string // folder and name of the function or the field
	argument     int
	suffix       string
}

type codeReader struct {
	literals []site[*ast.CompositeLit]
	calls    []site[*ast.CallExpr]
	fields   map[string][]string // fields of each struct, by its folder and name
	made     map[string]bool
	faults   []string
	seen     map[passed]bool
}

// place is a declaration in a file.
type place struct {
	source
	decl ast.Decl
}

// site is a node with its place.
type site[N ast.Node] struct {
	place
	node N
}

func (r *codeReader) collect(file source) {
	for _, decl := range file.Decls {
		in := place{file, decl}
		ast.Inspect(decl, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				r.literals = append(r.literals, site[*ast.CompositeLit]{in, n})
			case *ast.CallExpr:
				r.calls = append(r.calls, site[*ast.CallExpr]{in, n})
			case *ast.TypeSpec:
				if shape, ok := n.Type.(*ast.StructType); ok {
					r.fields[file.folder+"."+n.Name.Name] = names(shape.Fields)
				}
			}
			return true
		})
	}
}

// readLiteral reads the code of an Error{…} or a Problem{…}.
func (r *codeReader) readLiteral(s site[*ast.CompositeLit]) {
	code := field(s.node, "Code")
	if made := nameOf(s.node.Type); code == nil || made != "Error" && made != "Problem" {
		return
	}
	if text, _ := literalText(code); text != "internal" && nameOf(field(s.node, "Kind")) == "KindInternal" {
		return
	}
	r.read(s.place, code, "")
}

// read reads the code that is the value of an expression followed by suffix.
func (r *codeReader) read(s place, expr ast.Expr, suffix string) {
	if text, err := literalText(expr); err == nil {
		r.made[text+suffix] = true
		return
	}
	switch e := expr.(type) {
	case *ast.BinaryExpr:
		if text, err := literalText(e.Y); err == nil && e.Op == token.ADD {
			r.read(s, e.X, text+suffix)
			return
		}
	case *ast.Ident:
		if f, ok := s.decl.(*ast.FuncDecl); ok {
			if i := slices.Index(names(f.Type.Params), e.Name); i >= 0 {
				r.readCalls(passed{s.folder, f.Name.Name, i, suffix})
				return
			}
		}
	case *ast.CallExpr:
		if nameOf(e.Fun) == "ProblemCode" { // conversion to the generated type
			r.read(s, e.Args[0], suffix)
			return
		}
	case *ast.SelectorExpr:
		if e.Sel.Name != "Code" { // Code is that of an error that was made elsewhere
			r.readFields(passed{s.folder, e.Sel.Name, 0, suffix})
		}
		return
	}
	r.faults = append(r.faults, fmt.Sprintf("a code in %s cannot be read: it is no literal", s.folder))
}

// once reports whether it is called with p for the first time.
func (r *codeReader) once(p passed) bool {
	before := r.seen[p]
	r.seen[p] = true
	return !before
}

// readCalls reads the argument of every call of the function.
func (r *codeReader) readCalls(p passed) {
	if !r.once(p) {
		return
	}
	for _, s := range r.calls {
		if nameOf(s.node.Fun) != p.name || p.argument >= len(s.node.Args) {
			continue
		}
		home := s.folder
		if selector, ok := s.node.Fun.(*ast.SelectorExpr); ok {
			home = cmp.Or(s.imported(nameOf(selector.X)), home)
		}
		if home == p.folder {
			r.read(s.place, s.node.Args[p.argument], p.suffix)
		}
	}
}

// readFields reads the value of the field in every literal of the package that sets it.
func (r *codeReader) readFields(p passed) {
	if !r.once(p) {
		return
	}
	for _, s := range r.literals {
		if s.folder != p.folder {
			continue
		}
		if value := field(s.node, p.name); value != nil {
			r.read(s.place, value, p.suffix)
			continue
		}
		at := slices.Index(r.fields[s.folder+"."+nameOf(s.node.Type)], p.name)
		if at >= 0 && at < len(s.node.Elts) && nameless(s.node) {
			r.read(s.place, s.node.Elts[at], p.suffix)
		}
	}
}

// imported returns the folder of the first-party package that the file imports with the name,
// or "" if there is none.
func (s source) imported(name string) string {
	for _, spec := range s.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err == nil && cmp.Or(nameOf(spec.Name), path.Base(importPath)) == name {
			return relative(importPath)
		}
	}
	return ""
}
