package arch

import (
	"fmt"
	"go/ast"
	"slices"
)

// Vocabulary is the string constants of the domain, and the variables that are lists or tables
// of them. Types of the models are named with their package, as in kpi.Name.
type Vocabulary struct {
	values map[string]string   // values of constants, by their names
	types  map[string][]string // values of constants, by their type
	lists  map[string][]string // names of constants, by the variable that lists them
}

// ReadVocabulary reads the constants and lists of package domain and its models under root.
func ReadVocabulary(root string) (Vocabulary, error) {
	v := Vocabulary{map[string]string{}, map[string][]string{}, map[string][]string{}}
	for glob, prefix := range map[string]func(*ast.File) string{
		"domain/*.go":         func(*ast.File) string { return "" },
		"domain/model/*/*.go": func(file *ast.File) string { return file.Name.Name + "." },
	} {
		err := parseFolder(root, glob, func(_ string, file *ast.File) {
			for _, decl := range file.Decls {
				if group, ok := decl.(*ast.GenDecl); ok {
					for _, spec := range group.Specs {
						v.read(prefix(file), spec)
					}
				}
			}
		})
		if err != nil {
			return v, err
		}
	}
	return v, nil
}

func (v Vocabulary) read(prefix string, spec ast.Spec) {
	s, ok := spec.(*ast.ValueSpec)
	if !ok {
		return
	}
	for i, value := range s.Values {
		if text, err := literalText(value); err == nil && text != "" && s.Type != nil {
			v.values[s.Names[i].Name] = text
			name := prefix + nameOf(s.Type)
			v.types[name] = append(v.types[name], text)
		}
		if literal, ok := value.(*ast.CompositeLit); ok {
			for _, element := range literal.Elts {
				if pair, ok := element.(*ast.KeyValueExpr); ok {
					element = pair.Key
				}
				v.lists[s.Names[i].Name] = append(v.lists[s.Names[i].Name], nameOf(element))
			}
		}
	}
}

// OfType returns the values of the type's constants, without the empty one.
func (v Vocabulary) OfType(name string) []string { return v.types[name] }

// In returns the values of the constants that the variable lists, or has as keys.
func (v Vocabulary) In(variable string) (values []string) {
	for _, name := range v.lists[variable] {
		values = append(values, v.values[name])
	}
	return values
}

// CheckEnum returns one line for each value that is only in the document's enum or only in the
// code.
func CheckEnum(name string, document, code []string) (faults []string) {
	for _, value := range code {
		if !slices.Contains(document, value) {
			faults = append(faults, fmt.Sprintf("%s: openapi.yaml lacks %s, which can be sent", name, value))
		}
	}
	for _, value := range document {
		if !slices.Contains(code, value) {
			faults = append(faults, fmt.Sprintf("%s: openapi.yaml lists %s, which nothing sends", name, value))
		}
	}
	return faults
}
