package arch

import (
	"errors"
	"go/ast"
	"strconv"
)

// nameOf returns the last name of an expression, without package and type arguments, e.g.
// Error of *domain.Error. It is empty if the expression has none.
func nameOf(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		if e != nil {
			return e.Name
		}
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return nameOf(e.X)
	case *ast.IndexExpr:
		return nameOf(e.X)
	case *ast.IndexListExpr:
		return nameOf(e.X)
	}
	return ""
}

// literalText returns the text of a string literal. It returns an error for anything else.
func literalText(expr ast.Expr) (string, error) {
	if literal, ok := expr.(*ast.BasicLit); ok {
		return strconv.Unquote(literal.Value)
	}
	return "", errors.New("no literal")
}

// field returns the value of a field in a struct literal, or nil if the literal does not name it.
func field(literal *ast.CompositeLit, name string) ast.Expr {
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok && nameOf(pair.Key) == name {
			return pair.Value
		}
	}
	return nil
}

// nameless reports whether a literal lists its values without the names of the fields.
func nameless(literal *ast.CompositeLit) bool {
	_, named := literal.Elts[0].(*ast.KeyValueExpr)
	return !named
}

// names lists the names of parameters or fields. Those without a name have that of their type.
func names(list *ast.FieldList) (all []string) {
	for _, f := range list.List {
		if len(f.Names) == 0 {
			all = append(all, nameOf(f.Type))
		}
		for _, name := range f.Names {
			all = append(all, name.Name)
		}
	}
	return all
}
