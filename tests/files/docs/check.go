package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// House is what pages may mention.
type House struct {
	// Targets are those of the Makefile, Steps those of scripts/deploy.
	Targets, Steps []string
	// Outputs and Variables are those of infrastructure/.
	Outputs, Variables []string
	// Exists reports whether there is a file or folder at a path from the root.
	Exists func(path string) bool
}

var (
	makes     = regexp.MustCompile("(?:^|[`(;&|]|\\$ )\\s*make ([a-z][a-z0-9-]*)")
	scripts   = regexp.MustCompile(`\bscripts/[a-z-]+`)
	deploys   = regexp.MustCompile(`\bscripts/deploy ([a-z]+)`)
	outputs   = regexp.MustCompile(`terraform (?:-chdir=\S+ )?output (?:-\w+ )*(\w+)`)
	exports   = regexp.MustCompile(`TF_VAR_(\w+)`)
	linked    = regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	quoted    = regexp.MustCompile("`((?:app|adapters|api|cmd|db|docker|docs|domain|infrastructure|migrations|ports|scripts|sdk|tests|\\.github)/[\\w./-]+)`")
	tfOutput  = regexp.MustCompile(`(?m)^output "(\w+)"`)
	tfInput   = regexp.MustCompile(`(?m)^variable "(\w+)"`)
	target    = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
	usage     = regexp.MustCompile(`(?m)^#   deploy (\w+)`)
	wordBreak = regexp.MustCompile(`\s+`)
)

// Read returns the House that is described by the contents of the Makefile, scripts/deploy,
// outputs.tf and variables.tf.
func Read(makefile, deploy, outputs, variables string, exists func(string) bool) House {
	names := func(pattern *regexp.Regexp, text string) (found []string) {
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			found = append(found, m[1])
		}
		return found
	}
	return House{
		Targets: names(target, makefile), Steps: names(usage, deploy),
		Outputs: names(tfOutput, outputs), Variables: names(tfInput, variables), Exists: exists,
	}
}

// Page lists what a page in a folder mentions or links to that does not exist.
func (h House) Page(folder, text string) (faults []string) {
	known := func(pattern *regexp.Regexp, names []string, what string) {
		for _, line := range strings.Split(text, "\n") {
			for _, m := range pattern.FindAllStringSubmatch(line, -1) {
				if !slices.Contains(names, m[1]) {
					faults = append(faults, fmt.Sprintf("%s %s: there is none", what, m[1]))
				}
			}
		}
	}
	known(makes, h.Targets, "make")
	known(deploys, h.Steps, "scripts/deploy")
	known(outputs, h.Outputs, "terraform output")
	known(exports, h.Variables, "variable")
	for _, path := range scripts.FindAllString(text, -1) {
		if !h.Exists(path) {
			faults = append(faults, path+" is not there")
		}
	}
	for _, m := range quoted.FindAllStringSubmatch(text, -1) {
		if path := strings.TrimRight(m[1], "./"); !h.Exists(path) && !strings.HasSuffix(path, ".tfvars") { // users create those
			faults = append(faults, m[1]+" is not there")
		}
	}
	for _, m := range linked.FindAllStringSubmatch(text, -1) {
		if path := m[1]; !strings.Contains(path, "://") && !h.Exists(folder+"/"+path) {
			faults = append(faults, "the link to "+path+" leads nowhere")
		}
	}
	return faults
}

var (
	row      = regexp.MustCompile(`(?m)^\| ([A-Z]\w+) \|(?:.*)\| (P\d) \| ([^|]+) \|$`)
	section  = regexp.MustCompile(`(?m)^## (.+)$`)
	inQuotes = regexp.MustCompile(`(?m)^    (\w+) = \{$|"\$\{local\.name\}-([A-Z]\w+)"|^    ([A-Z]\w+)\s+= (?:\{ seconds|\[)`)
	parts    = regexp.MustCompile(`^Burn(Fast|Slow)(Long|Short)$`)
)

// Alarms compares the table of monitoring.md with alarms.tf, and the runbook sections in the
// table with those of the runbook. It returns the differences.
func Alarms(monitoring, alarms, runbook string) (faults []string) {
	var sections, tabled []string
	for _, m := range section.FindAllStringSubmatch(runbook, -1) {
		sections = append(sections, strings.ToLower(m[1]))
	}
	for _, m := range row.FindAllStringSubmatch(monitoring, -1) {
		tabled = append(tabled, m[1])
		if name := wordBreak.ReplaceAllString(strings.TrimSpace(m[3]), " "); !slices.Contains(sections, strings.ToLower(name)) {
			faults = append(faults, m[1]+": the runbook has no section "+name)
		}
	}
	var defined []string
	for _, m := range inQuotes.FindAllStringSubmatch(alarms, -1) {
		if name := m[1] + m[2] + m[3]; name[0] >= 'A' && name[0] <= 'Z' && !parts.MatchString(name) {
			defined = append(defined, name)
		}
	}
	for _, name := range defined {
		if !slices.Contains(tabled, name) {
			faults = append(faults, name+": monitoring.md does not tell of it")
		}
	}
	for _, name := range tabled {
		if !slices.Contains(defined, name) {
			faults = append(faults, name+": alarms.tf does not define it")
		}
	}
	return faults
}
