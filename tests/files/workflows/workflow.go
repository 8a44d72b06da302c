package workflows

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Workflow is the part of a workflow file that the rules need.
type Workflow struct {
	Permissions yaml.Node         `yaml:"permissions"`
	Env         map[string]string `yaml:"env"`
	Concurrency struct {
		Group  string    `yaml:"group"`
		Cancel yaml.Node `yaml:"cancel-in-progress"`
	} `yaml:"concurrency"`
	Jobs map[string]Job `yaml:"jobs"`

	On struct {
		Schedule []struct {
			Cron string `yaml:"cron"`
		} `yaml:"schedule"`
	} `yaml:"on"`
}

// Job is a job of a workflow, or a call of another workflow.
type Job struct {
	Needs       names             `yaml:"needs"`
	If          string            `yaml:"if"`
	RunsOn      string            `yaml:"runs-on"`
	Timeout     int               `yaml:"timeout-minutes"`
	Environment string            `yaml:"environment"`
	Env         map[string]string `yaml:"env"`
	Uses        string            `yaml:"uses"`
	With        map[string]string `yaml:"with"`
	Steps       []Step            `yaml:"steps"`

	Permissions map[string]string `yaml:"permissions"`
}

// Step runs commands or an action.
type Step struct {
	Name string            `yaml:"name"`
	Uses string            `yaml:"uses"`
	Run  string            `yaml:"run"`
	Env  map[string]string `yaml:"env"`
	If   string            `yaml:"if"`
	With map[string]string `yaml:"with"`

	Timeout int `yaml:"timeout-minutes"`
}

// names is a list of names, which a file may write as a single name.
type names []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (n *names) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = names{node.Value}
		return nil
	}
	return node.Decode((*[]string)(n))
}

// Parse parses workflows by file name. It returns an error if one is not YAML or not a workflow.
func Parse(files map[string][]byte) (map[string]Workflow, error) {
	all := make(map[string]Workflow)
	for name, text := range files {
		var w Workflow
		if err := yaml.Unmarshal(text, &w); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = w
	}
	return all, nil
}

// step returns the index of the first step of a job that runs the command, or uses the action, -1 if
// none does.
func (j Job) step(what string) int {
	return slices.IndexFunc(j.Steps, func(s Step) bool { return strings.Contains(s.Run, what) || strings.HasPrefix(s.Uses, what) })
}

// after reports whether a job begins only after another one has succeeded.
func (w Workflow) after(job, earlier string) bool {
	needs := w.Jobs[job].Needs
	return slices.Contains(needs, earlier) || slices.ContainsFunc(needs, func(n string) bool { return n != job && w.after(n, earlier) })
}

// each calls show with every job, in the order of their names.
func (w Workflow) each(show func(name string, job Job)) {
	for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
		show(name, w.Jobs[name])
	}
}
