package arch

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// unfinished matches marks of postponed work. It is composed so that it does not match itself.
var unfinished = regexp.MustCompile(`\b(` + strings.Join([]string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}, "|") + `)\b`)

// generated matches the line by which Go tools recognise generated code.
var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// sleep matches a call that waits on the real clock, unless the test runs in a bubble of
// testing/synctest.
var sleep = regexp.MustCompile(`\btime\.` + `Sleep\(`)

// CheckWords returns one line for each mark of unfinished work in a file, and for each sleep in
// a test without a virtual clock. It ignores generated code.
func CheckWords(name string, text []byte) []string {
	if generated.Match(text) {
		return nil
	}
	var faults []string
	awake := strings.HasSuffix(name, "_test.go") && !bytes.Contains(text, []byte(`"testing/synctest"`))
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		if word := unfinished.FindString(lines.Text()); word != "" {
			faults = append(faults, fmt.Sprintf("%s:%d says %s", name, n, word))
		}
		if awake && sleep.MatchString(lines.Text()) {
			faults = append(faults, fmt.Sprintf("%s:%d sleeps: await the event or use testing/synctest", name, n))
		}
	}
	return faults
}

// CheckDocs returns one line for each package without a doc.go or without a package comment.
func CheckDocs(packages []Package) []string {
	var faults []string
	for _, p := range packages {
		switch {
		case !slices.Contains(p.GoFiles, "doc.go"):
			faults = append(faults, p.Name()+" has no doc.go")
		case p.Doc == "":
			faults = append(faults, p.Name()+" has a doc.go without a package comment")
		}
	}
	return faults
}

// WalkGo calls read for every Go file under root, except in dependencies and hidden folders.
func WalkGo(root string, read func(name string, text []byte)) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		read(filepath.ToSlash(relative), text)
		return nil
	})
}
