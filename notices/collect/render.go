package main

import (
	"fmt"
	"strings"
)

const head = `Third-party notices of PropFlow

PropFlow is licensed under the Apache License 2.0. It contains the parts below, which others
wrote. Each is named with its version, its licence, where its source is, and the numbers of
the texts at the end, which are its licence, copyrights and notices.
`

// render formats the notices. A text that several parts share is printed once.
func render(parts []part) string {
	var out strings.Builder
	var texts []string
	numbers := map[string]int{}
	out.WriteString(head)
	for _, p := range parts {
		fmt.Fprintf(&out, "\n%s\n", p.name)
		line(&out, "version", p.version)
		line(&out, "licence", p.licence)
		line(&out, "within", p.within)
		line(&out, "source", p.source)
		line(&out, "note", strings.TrimSpace(p.note))
		var refs []string
		for _, text := range p.texts {
			text = tidy(text)
			if numbers[text] == 0 {
				texts = append(texts, text)
				numbers[text] = len(texts)
			}
			refs = append(refs, fmt.Sprintf("[%d]", numbers[text]))
		}
		line(&out, "texts", strings.Join(refs, " "))
	}
	for i, text := range texts {
		fmt.Fprintf(&out, "\n%s\n[%d]\n\n%s\n", strings.Repeat("-", 80), i+1, text)
	}
	return out.String()
}

func line(out *strings.Builder, name, value string) {
	if value != "" {
		fmt.Fprintf(out, "  %-8s %s\n", name, value)
	}
}

// tidy removes differences between copies of one licence: line endings, and blank lines around
// the text.
func tidy(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t\r")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n\ufeff")
}
