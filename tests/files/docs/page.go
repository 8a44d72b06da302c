package docs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// DomainPage returns docs/domain.md for tests in any package of the repository.
func DomainPage() (string, error) {
	folder, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		page, err := os.ReadFile(filepath.Join(folder, "docs", "domain.md"))
		if !errors.Is(err, os.ErrNotExist) {
			return string(page), err
		}
	}
	return "", os.ErrNotExist
}

// Section returns the text of a page between the heading and the next heading of its level or
// above, or "" if the page has no such heading. The heading is given as written, e.g. "## Roles".
func Section(page, heading string) string {
	_, rest, found := strings.Cut("\n"+page, "\n"+heading+"\n")
	if !found {
		return ""
	}
	level, _, _ := strings.Cut(heading, " ")
	next := regexp.MustCompile(fmt.Sprintf(`(?m)^#{1,%d} `, len(level)))
	if end := next.FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	return rest
}

// Rows returns the cells of all rows of the Markdown tables in a text, without headings.
func Rows(text string) (rows [][]string) {
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(rows) > 0 && strings.Trim(strings.Join(cells, ""), "-: ") == "" {
			rows = rows[:len(rows)-1] // the heading is the line above the rule
			continue
		}
		rows = append(rows, cells)
	}
	return rows
}

// Table returns a Markdown table that begins and ends with an empty line.
func Table(heading []string, rows [][]string) string {
	var out strings.Builder
	line := func(cells []string) { out.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	out.WriteString("\n")
	line(heading)
	out.WriteString(strings.Repeat("|---", len(heading)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	out.WriteString("\n")
	return out.String()
}

// Mermaid returns a Mermaid diagram that begins and ends with an empty line.
func Mermaid(lines []string) string {
	return "\n```mermaid\n" + strings.Join(lines, "\n") + "\n```\n\n"
}

// Diagram returns the lines of the first Mermaid diagram of a text, without their indent.
func Diagram(text string) (lines []string) {
	_, rest, found := strings.Cut(text, "```mermaid\n")
	if !found {
		return nil
	}
	body, _, _ := strings.Cut(rest, "```")
	for _, line := range strings.Split(strings.TrimSpace(body), "\n") {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

func marks(name string) (begin, end string) {
	return "<!-- generated: " + name + " -->\n", "<!-- end: " + name + " -->\n"
}

// Generated returns a part of a page that a test writes, and whether the page has it.
func Generated(page, name string) (part string, found bool) {
	begin, end := marks(name)
	_, rest, begun := strings.Cut(page, begin)
	part, _, ended := strings.Cut(rest, end)
	return part, begun && ended
}

// Replace returns the page with the generated part of that name replaced.
func Replace(page, name, part string) string {
	begin, end := marks(name)
	before, rest, _ := strings.Cut(page, begin)
	_, after, _ := strings.Cut(rest, end)
	return before + begin + part + end + after
}
