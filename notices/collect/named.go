package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// named is the content of the .yaml files, which are written by hand.
type named struct {
	Modules    []duty
	Components []component
}

// duty is what the licence of modules requires beyond a notice.
type duty struct {
	Path    string // of a module, or of several below it
	Licence string
	Note    string
}

// component is a part that is not a module.
type component struct {
	Name, Version, Licence, Within, Source, Note string
	Texts                                        []string
}

// readNamed reads every .yaml file of a folder, in the order of their names.
func readNamed(folder string) (named, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return named{}, err
	}
	var all named
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return named{}, err
		}
		var one named
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(&one); err != nil {
			return named{}, fmt.Errorf("%s: %w", file, err)
		}
		all.Modules = append(all.Modules, one.Modules...)
		all.Components = append(all.Components, one.Components...)
	}
	return all, nil
}

// duty returns the duty of the module, if it has one.
func (n named) duty(m module) (duty, bool) {
	for _, d := range n.Modules {
		if m.path == d.Path || strings.HasPrefix(m.path, d.Path+"/") {
			return d, true
		}
	}
	return duty{}, false
}

// describes reports whether a component includes the module's file as a text.
func (n named) describes(m module, file string) bool {
	for _, c := range n.Components {
		for _, text := range c.Texts {
			if c.Within == m.path+" "+m.version && text == "module:"+file {
				return true
			}
		}
	}
	return false
}

// container checks that the module or file that contains the component still has the version in
// Within. It returns the module if it is one.
func (c component) container(root string, modules []module) (module, error) {
	what, which, _ := strings.Cut(c.Within, " ")
	for _, m := range modules {
		if m.path != what {
			continue
		}
		if m.version != which {
			return module{}, fmt.Errorf("%s is described as within %s, but %s is linked: look up what that contains", c.Name, c.Within, m.version)
		}
		return m, nil
	}
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(what)))
	if err != nil || which == "" || !strings.Contains(string(text), which) {
		return module{}, fmt.Errorf("%s is described as within %s, which is neither linked nor in a file: look up what has taken its place", c.Name, c.Within)
	}
	return module{}, nil
}

// read returns the component's texts.
func (c component) read(root string, within module) ([]string, error) {
	var texts []string
	for _, name := range c.Texts {
		file := filepath.Join(root, "notices", filepath.FromSlash(name))
		if inModule, ok := strings.CutPrefix(name, "module:"); ok {
			file = filepath.Join(within.dir, filepath.FromSlash(inModule))
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}
