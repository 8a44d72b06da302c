package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// Tree is the set of files and folders of the repository, by path from its root.
type Tree map[string]bool

// has reports whether a name in a comment of a file refers to an existing path: from the root,
// from the file's own folder, or as the end of a path, e.g. redis/cache.go for
// adapters/redis/cache.go. A * matches part of a name.
func (t Tree) has(in, name string) bool {
	if t[name] || t[path.Join(path.Dir(in), name)] {
		return true
	}
	for file := range t {
		if matched, err := path.Match(name, lastOf(file, 1+strings.Count(name, "/"))); err == nil && matched {
			return true
		}
	}
	return false
}

// lastOf returns the last elements of a path.
func lastOf(file string, elements int) string {
	parts := strings.Split(file, "/")
	return path.Join(parts[max(0, len(parts)-elements):]...)
}

var (
	wordEnd = regexp.MustCompile("[\\s()\"'`,;:“”]+")
	// ending matches the name of a source file or page of a kind that the repository has.
	ending = regexp.MustCompile(`^[\w.*-][\w./*-]*\.(?:go|md|ya?ml|sql|tf|ts|sh|svg|mod|html)$`)
	// below matches a path below one of the top folders.
	below = regexp.MustCompile(`^(?:\.github|adapters|api|app|cmd|db|docker|docs|domain|infrastructure|migrations|ports|scripts|sdk|tests|tools)/[\w./*-]+$`)
	// symbol matches an identifier of a package, as in app/config.Load.
	symbol = regexp.MustCompile(`\.[A-Z]\w*$`)
)

// placeholders are names that mean any file of a kind, or files that users create.
var placeholders = map[string]bool{"NNNNN_name.sql": true, "file.go": true, "domain/x": true, "infrastructure/staging.tfvars": true}

// Comments returns the files and folders that the comments of a Go file name but that do not
// exist. It ignores generated files.
func (t Tree) Comments(name string, source []byte) (faults []string, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return nil, err
	}
	for _, group := range file.Comments {
		for _, line := range group.List {
			for _, missing := range t.Missing(name, line.Text) {
				faults = append(faults, fmt.Sprintf("%s:%d: %s does not exist", name, set.Position(line.Pos()).Line, missing))
			}
		}
	}
	return faults, nil
}

// Missing returns the files and folders that a text in a file names but that do not exist.
func (t Tree) Missing(in, text string) (missing []string) {
	for _, word := range wordEnd.Split(text, -1) {
		word = symbol.ReplaceAllString(strings.TrimRight(word, "./"), "")
		if (ending.MatchString(word) || below.MatchString(word)) && !placeholders[word] && !t.has(in, word) {
			missing = append(missing, word)
		}
	}
	return missing
}
