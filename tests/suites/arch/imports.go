package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// Module is the path of this module; packages are named relative to it.
const Module = "github.com/propflow/propflow"

// Package describes one package as go list does.
type Package struct {
	ImportPath   string
	Doc          string   // first sentence of the package comment
	GoFiles      []string // without tests
	Imports      []string
	TestImports  []string // of tests inside the package
	XTestImports []string // of external tests (package x_test)
}

// Name is the import path relative to the module; the root package is ".".
func (p Package) Name() string {
	return relative(p.ImportPath)
}

func relative(path string) string {
	if path == Module {
		return "."
	}
	return strings.TrimPrefix(path, Module+"/")
}

// List runs go list over every package under root. The overlay, if not empty, is the path of a
// file that adds files, in the format that go help build describes.
func List(root, overlay string) ([]Package, error) {
	args := []string{"list", "-e", "-json=ImportPath,Doc,GoFiles,Imports,TestImports,XTestImports"}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	list := exec.Command("go", append(args, "./...")...)
	list.Dir = root
	var failure bytes.Buffer
	list.Stderr = &failure
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, &failure)
	}
	var packages []Package
	for stream := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		switch err := stream.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// CheckImports returns one line for each import that the rules do not allow, and for each
// package that no rule names.
func CheckImports(rules []Rule, packages []Package) []string {
	var faults []string
	for _, p := range packages {
		rule, own, named := ruleFor(rules, p.Name())
		if !named {
			faults = append(faults, fmt.Sprintf("%s: no rule names this package", p.Name()))
			continue
		}
		for _, path := range p.Imports {
			if !rule.allows(path, own, p.ImportPath) {
				faults = append(faults, fmt.Sprintf("%s imports %s", p.Name(), relative(path)))
			}
		}
		for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
			if !rule.allows(path, own, p.ImportPath) && !allowedInTests(path) {
				faults = append(faults, fmt.Sprintf("a test of %s imports %s", p.Name(), relative(path)))
			}
		}
	}
	slices.Sort(faults)
	return slices.Compact(faults)
}
