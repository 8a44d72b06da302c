package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// tags are the build tags of the container image, which links everything that any other build
// does.
const tags = "nodynamic,turbo,netgo,osusergo"

// module is a Go module with linked packages.
type module struct {
	path, version, dir string
	packages           []string // directories
}

// linked returns the modules whose packages cmd/propflow at root links, ordered by path. The
// result is the same on every machine.
func linked(ctx context.Context, root string) ([]module, error) {
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-tags", tags, "-json=Dir,Module", "./cmd/propflow")
	list.Dir = root
	list.Env = append(list.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=1")
	var failure bytes.Buffer
	list.Stderr = &failure
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, &failure)
	}
	return readModules(bytes.NewReader(out))
}

// listed is the output of go list for a package.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path string }
	}
}

func readModules(list io.Reader) ([]module, error) {
	found := map[string]module{}
	for stream := json.NewDecoder(list); ; {
		var p listed
		err := stream.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Module == nil || p.Module.Main { // the standard library, or ourselves
			continue
		}
		if p.Module.Replace != nil {
			return nil, fmt.Errorf("%s is replaced by %s, whose notices are unknown", p.Module.Path, p.Module.Replace.Path)
		}
		m := found[p.Module.Path]
		m.path, m.version, m.dir = p.Module.Path, p.Module.Version, p.Module.Dir
		m.packages = append(m.packages, p.Dir)
		found[m.path] = m
	}
	modules := slices.Collect(maps.Values(found))
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return modules, nil
}

// source returns the address of the exact source.
func (m module) source() string { return "https://pkg.go.dev/" + m.path + "@" + m.version }

var (
	licenceFile = regexp.MustCompile(`(?i)^(un)?licen[cs]e|^copying|^copyright`)
	noticeFile  = regexp.MustCompile(`(?i)^notice`)
)

// files returns the files, relative to the module, whose names match: those in its root, and
// those beside linked packages, which cover code that was copied into them.
func (m module) files(name *regexp.Regexp) ([]string, error) {
	folders := map[string]bool{m.dir: true}
	for _, folder := range m.packages {
		for ; len(folder) > len(m.dir); folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	var files []string
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.IsDir() || filepath.Ext(entry.Name()) == ".go" || !name.MatchString(entry.Name()) {
				continue
			}
			file, err := filepath.Rel(m.dir, filepath.Join(folder, entry.Name()))
			if err != nil {
				return nil, err
			}
			files = append(files, filepath.ToSlash(file))
		}
	}
	slices.Sort(files)
	return files, nil
}
