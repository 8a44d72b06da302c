package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// part is a piece of code with a notice of its own.
type part struct {
	name, version, licence, within, source, note string
	texts                                        []string
}

// free lists the licences that require nothing but a notice.
var free = []string{
	"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "Bitstream-Vera", "IJG", "ISC", "MIT", "PostgreSQL", "Zlib",
}

// weak lists the licences that also require the source of the part itself, or of data its
// attribution in what is shown, which a note must explain.
var weak = []string{"CC-BY-4.0", "GODL-India", "LGPL-2.1-or-later", "LGPL-3.0-or-later", "MPL-2.0"}

// sure is the percentage of a file that a known licence must cover.
const sure = 75

// assemble returns a part for each module and each component. Its error joins all faults.
func assemble(root string, modules []module, named named) ([]part, error) {
	var parts []part
	var faults []error
	for _, m := range modules {
		p, err := m.part(named)
		parts, faults = append(parts, p), append(faults, err, p.check())
	}
	for _, c := range named.Components {
		p, err := c.part(root, modules)
		parts, faults = append(parts, p), append(faults, err, p.check())
	}
	for _, d := range named.Modules {
		if !slices.ContainsFunc(modules, func(m module) bool { return m.path == d.Path }) {
			faults = append(faults, fmt.Errorf("%s is named but not linked", d.Path))
		}
	}
	return parts, errors.Join(faults...)
}

// check returns an error if the part may not be distributed as it is.
func (p part) check() error {
	for _, licence := range strings.Split(p.licence, " AND ") {
		switch {
		case licence == "" || slices.Contains(free, licence):
		case !slices.Contains(weak, licence):
			return fmt.Errorf("%s: the licence %s is not one that this project accepts", p.name, licence)
		case p.note == "":
			return fmt.Errorf("%s: %s asks for more than a notice: explain in notices/components.yaml how it is met", p.name, licence)
		}
	}
	return nil
}

func (m module) part(named named) (part, error) {
	p := part{name: m.path, version: m.version, source: m.source()}
	licences, err := m.files(licenceFile)
	if err != nil {
		return p, err
	}
	var ids []string
	for _, file := range licences {
		text, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(file)))
		if err != nil {
			return p, err
		}
		p.texts = append(p.texts, string(text))
		switch found := licensecheck.Scan(text); {
		case found.Percent >= sure:
			for _, match := range found.Match {
				ids = append(ids, match.ID)
			}
		case !named.describes(m, file):
			return p, fmt.Errorf("%s: %s is no licence that is known: name it as a component", m.path, file)
		}
	}
	if len(ids) == 0 {
		return p, fmt.Errorf("%s %s has no licence", m.path, m.version)
	}
	slices.Sort(ids)
	p.licence = strings.Join(slices.Compact(ids), " AND ")
	if d, ok := named.duty(m); ok {
		if !slices.Contains(ids, d.Licence) {
			return p, fmt.Errorf("%s is named with the licence %s, but has %s", m.path, d.Licence, p.licence)
		}
		p.note = d.Note
	}
	notices, err := m.files(noticeFile)
	for _, file := range notices {
		text, readErr := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(file)))
		p.texts, err = append(p.texts, string(text)), errors.Join(err, readErr)
	}
	return p, err
}

func (c component) part(root string, modules []module) (part, error) {
	p := part{name: c.Name, version: c.Version, licence: c.Licence, within: c.Within, source: c.Source, note: c.Note}
	if c.Name == "" || c.Version == "" || c.Licence == "" || c.Source == "" || len(c.Texts) == 0 {
		return p, fmt.Errorf("component %q lacks a name, version, licence, source or text", c.Name)
	}
	within, err := c.container(root, modules)
	if err != nil {
		return p, err
	}
	p.texts, err = c.read(root, within)
	return p, err
}
