package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// block is one stretch of statements as a profile names it: file:from,to.
type block struct {
	file  string // import path and file name
	where string // line.column,line.column
}

// hit is how often a block ran and how many statements it has.
type hit struct {
	statements int
	ran        bool
}

// share is covered statements of all statements.
type share struct{ covered, statements int }

func (s share) plus(o share) share {
	return share{s.covered + o.covered, s.statements + o.statements}
}

// percent of statements that ran, 0 to 100; a package without statements is whole.
func (s share) percent() float64 {
	if s.statements == 0 {
		return 100
	}
	return 100 * float64(s.covered) / float64(s.statements)
}

// profileLine is "file.go:12.3,14.5 2 1": where, statements, count.
var profileLine = regexp.MustCompile(`^(.+\.go):(\d+\.\d+,\d+\.\d+) (\d+) (\d+)$`)

// parseProfile merges the profile's lines. With -coverpkg every test binary lists
// every block, so a block counts once and has run when any binary ran it.
func parseProfile(r io.Reader) (map[block]hit, error) {
	lines := bufio.NewScanner(r)
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "mode: ") {
		return nil, errors.Join(errors.New("a profile begins with its mode"), lines.Err())
	}
	blocks := map[block]hit{}
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "mode: ") {
			continue
		}
		parts := profileLine.FindStringSubmatch(lines.Text())
		if parts == nil {
			return nil, fmt.Errorf("not a line of a profile: %q", lines.Text())
		}
		var statements int
		if _, err := fmt.Sscan(parts[3], &statements); err != nil {
			return nil, fmt.Errorf("statements of %q: %w", lines.Text(), err)
		}
		key := block{file: parts[1], where: parts[2]}
		ran := strings.Trim(parts[4], "0") != ""
		blocks[key] = hit{statements: statements, ran: ran || blocks[key].ran}
	}
	return blocks, lines.Err()
}

// tally sums the blocks by package, named relative to the module, without the files
// for which generated says yes.
func tally(blocks map[block]hit, module string, generated func(file string) (bool, error)) (map[string]share, error) {
	byPackage, skip := map[string]share{}, map[string]bool{}
	for b, h := range blocks {
		file, ours := strings.CutPrefix(b.file, module+"/")
		if !ours {
			continue
		}
		skipped, known := skip[file]
		if !known {
			var err error
			if skipped, err = generated(file); err != nil {
				return nil, err
			}
			skip[file] = skipped
		}
		if skipped {
			continue
		}
		s := share{statements: h.statements}
		if h.ran {
			s.covered = h.statements
		}
		byPackage[path.Dir(file)] = byPackage[path.Dir(file)].plus(s)
	}
	return byPackage, nil
}

// generatedMark is the line by which Go tools know generated code.
var generatedMark = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// generatedUnder tells of a file under root whether it bears the mark. A file that is
// gone since the profile was written is an error: the figures would be stale.
func generatedUnder(root string) func(file string) (bool, error) {
	return func(file string) (bool, error) {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
		return err == nil && generatedMark.Match(text), err
	}
}

// moduleLine is the module line of a go.mod.
var moduleLine = regexp.MustCompile(`(?m)^module\s+(\S+)$`)

// modulePath reads the module's path from the go.mod in root.
func modulePath(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	if m := moduleLine.FindSubmatch(text); m != nil {
		return string(m[1]), nil
	}
	return "", fmt.Errorf("%s/go.mod names no module", root)
}

func sorted(byPackage map[string]share) []string {
	return slices.Sorted(maps.Keys(byPackage))
}
