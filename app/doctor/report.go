package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Write prints findings as an aligned table, with what to do below each fault, or, if asJSON is
// set, as one object that also has the worst severity.
func Write(out io.Writer, found []Finding, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(struct {
			Severity Severity  `json:"severity"`
			Findings []Finding `json:"findings"`
		}{Worst(found), found})
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range found {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.Severity, f.Subject, oneLine(f.What))
		if f.Do != "" {
			fmt.Fprintf(table, "\t\t→ %s\n", oneLine(f.Do))
		}
	}
	return table.Flush()
}

// oneLine removes line breaks from a message, which may quote a server, so that the table stays
// intact.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' }), " ")
}

// Verdict returns the error with which the process ends: nil if nothing is wrong, else an error
// whose ExitCode is 1 if there are only warnings, and 2 if something is critical.
func Verdict(found []Finding) error {
	counts := make(map[Severity]int)
	for _, f := range found {
		counts[f.Severity]++
	}
	if worst := Worst(found); worst != OK {
		return verdict{fmt.Sprintf("%d critical, %d warnings", counts[Critical], counts[Warning]), int(worst)}
	}
	return nil
}

type verdict struct {
	text string
	code int
}

func (v verdict) Error() string { return v.text }

// ExitCode returns the exit code of the process.
func (v verdict) ExitCode() int { return v.code }
