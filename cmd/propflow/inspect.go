package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/propflow/propflow/app/inspect"
)

// inspectCommand is `propflow inspect`.
type inspectCommand struct {
	Files      []string  `arg:"" help:"Photo files." name:"file"`
	Explain    bool      `help:"Write for people: each measure, its threshold and what to do."`
	TakenAfter time.Time `help:"Judge the time as if the photo had been asked for then." placeholder:"RFC3339"`
	At         string    `help:"Judge the place by where the property lies." placeholder:"LAT,LNG"`
	Document   bool      `help:"Judge the files as documents."`
}

// Run prints one line of JSON, or one table, per file. It fails with the worst verdict, unless
// that is PASSED.
func (c inspectCommand) Run(ctx context.Context, out io.Writer) error {
	known := inspect.Context{AskedAt: c.TakenAfter, Document: c.Document}
	if c.At != "" {
		at, err := parsePoint(c.At)
		if err != nil {
			return err
		}
		if known.Property, err = inspect.At(at[0], at[1]); err != nil {
			return err
		}
	}
	worst := inspect.Passed
	for report, err := range inspect.Files(ctx, c.Files, known) {
		if err != nil {
			return err
		}
		if report.Verdict.ExitCode() > worst.ExitCode() {
			worst = report.Verdict
		}
		if err := c.print(out, report); err != nil {
			return err
		}
	}
	if worst != inspect.Passed {
		return worstVerdict{worst}
	}
	return nil
}

func (c inspectCommand) print(out io.Writer, report inspect.Report) error {
	if c.Explain {
		return report.Explain(out)
	}
	return json.NewEncoder(out).Encode(report)
}

func parsePoint(s string) (at [2]float64, err error) {
	lat, lng, ok := strings.Cut(s, ",")
	if !ok {
		return at, fmt.Errorf("--at %q: want LAT,LNG", s)
	}
	for i, part := range []string{lat, lng} {
		if at[i], err = strconv.ParseFloat(strings.TrimSpace(part), 64); err != nil {
			return at, fmt.Errorf("--at: %w", err)
		}
	}
	return at, nil
}

// worstVerdict is an error with the exit code of a verdict.
type worstVerdict struct{ inspect.Verdict }

// Error implements error.
func (v worstVerdict) Error() string { return "the worst verdict is " + string(v.Verdict) }
