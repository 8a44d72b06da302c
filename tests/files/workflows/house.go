package workflows

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// House is what steps may call.
type House struct {
	// Targets are those of the Makefile.
	Targets []string
	// Scripts are the files of scripts/.
	Scripts []string
	// Wants has the variables that each step of scripts/deploy requires.
	Wants map[string][]string
}

var (
	target   = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
	function = regexp.MustCompile(`(?s)\n(\w+)\(\) \{\n(.*?)\n\}\n`)
	required = regexp.MustCompile(`\brequire ([A-Z_ ]+)`)
	usage    = regexp.MustCompile(`(?m)^#   deploy (\w+)`)
	word     = regexp.MustCompile(`\w+`)
)

// Read returns the House with the targets of a Makefile, the scripts, and the steps of
// scripts/deploy with their variables.
func Read(makefile, deploy string, scripts []string) House {
	h := House{Scripts: scripts, Wants: make(map[string][]string)}
	for _, m := range target.FindAllStringSubmatch(makefile, -1) {
		h.Targets = append(h.Targets, m[1])
	}
	bodies := make(map[string]string)
	for _, m := range function.FindAllStringSubmatch(deploy, -1) {
		bodies[m[1]] = m[2]
	}
	for _, m := range usage.FindAllStringSubmatch(deploy, -1) {
		wants := make(map[string]bool)
		collect(bodies, m[1], wants, map[string]bool{})
		h.Wants[m[1]] = slices.Sorted(maps.Keys(wants))
	}
	return h
}

// collect adds to wants the variables that a shell function requires, including those of the
// functions that it calls.
func collect(bodies map[string]string, name string, wants, seen map[string]bool) {
	if seen[name] {
		return
	}
	seen[name] = true
	for _, m := range required.FindAllStringSubmatch(bodies[name], -1) {
		for _, variable := range strings.Fields(m[1]) {
			wants[variable] = true
		}
	}
	for _, called := range word.FindAllString(bodies[name], -1) {
		if _, ours := bodies[called]; ours && called != "require" {
			collect(bodies, called, wants, seen)
		}
	}
}
