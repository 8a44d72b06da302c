package docs

import (
	"regexp"
	"strings"
)

// Snippet is a fenced block of a page that can be run.
type Snippet struct {
	Language string
	Text     string
	// Prints is the text block after it, with the output to expect; empty if there is none. An
	// … matches anything within a line.
	Prints string
}

var fenced = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?\n)```$")

// Snippets returns the fenced blocks of a page in order, each with the text block that follows
// it.
func Snippets(page string) (all []Snippet) {
	for _, m := range fenced.FindAllStringSubmatch(page, -1) {
		if language, text := m[1], m[2]; language == "text" && len(all) > 0 {
			all[len(all)-1].Prints = text
		} else {
			all = append(all, Snippet{Language: language, Text: text})
		}
	}
	return all
}

// Printed reports whether the output matches Prints.
func (s Snippet) Printed(output string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(s.Prints), "…", ".*")
	return regexp.MustCompile("^" + pattern + "$").MatchString(output)
}
