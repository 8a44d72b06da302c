package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// bill is a software bill of materials in the JSON of CycloneDX 1.6: the fields that it needs. It has
// no serial number and no time, so that the same source has the same bill.
type bill struct {
	Format   string `json:"bomFormat"`
	Spec     string `json:"specVersion"`
	Version  int    `json:"version"`
	Metadata struct {
		Component item `json:"component"`
	} `json:"metadata"`
	Components []item `json:"components"`
}

type item struct {
	Type       string      `json:"type"`
	Name       string      `json:"name"`
	Version    string      `json:"version,omitempty"`
	PURL       string      `json:"purl,omitempty"`
	Licences   []licensing `json:"licenses,omitempty"`
	References []reference `json:"externalReferences,omitempty"`
}

type licensing struct {
	Expression string `json:"expression"`
}

type reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

// toolchain is the component whose version no module names.
const toolchain = "Go standard library and runtime"

var (
	compiler = regexp.MustCompile(`(?m)^FROM golang:([0-9.]+)-`)
	base     = regexp.MustCompile(`(?m)^FROM (gcr\.io/\S+)@(sha256:[0-9a-f]{64})$`)
)

// materials returns the bill of the container image of the repository at root, which links the
// parts: these, the compiler's library and the base image of the Dockerfile.
func materials(root string, parts []part) ([]byte, error) {
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		return nil, err
	}
	golang, image := compiler.FindSubmatch(dockerfile), base.FindSubmatch(dockerfile)
	if golang == nil || image == nil {
		return nil, errors.New("the Dockerfile names no version of Go, or no base image by digest")
	}
	b := bill{Format: "CycloneDX", Spec: "1.6", Version: 1}
	b.Metadata.Component = item{Type: "application", Name: "propflow", PURL: "pkg:golang/github.com/propflow/propflow"}
	for _, p := range parts {
		i := item{
			Type: "library", Name: p.name, Version: p.version,
			Licences: []licensing{{p.licence}}, References: []reference{{"distribution", p.source}},
		}
		switch {
		case p.name == toolchain:
			i.Version = string(golang[1])
			i.PURL = "pkg:golang/stdlib@" + i.Version
		case p.within == "": // a module
			i.PURL = "pkg:golang/" + strings.ToLower(p.name) + "@" + p.version
		}
		b.Components = append(b.Components, i)
	}
	b.Components = append(b.Components, item{Type: "container", Name: string(image[1]), Version: string(image[2])})
	text, err := json.MarshalIndent(b, "", "  ")
	return append(text, '\n'), err
}
