package checks

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

// report prints findings as they come, and the counts at the end.
type report struct {
	out  io.Writer
	json bool
	err  error // the first error of writing
}

// line is a finding in JSON.
type line struct {
	Rule     assurance.Rule    `json:"rule"`
	Warning  bool              `json:"warning"`
	Property domain.PropertyID `json:"property,omitempty"`
	Subject  string            `json:"subject,omitempty"`
	Note     string            `json:"note"`
}

// summary is the last line in JSON. Finished is false if the counts are incomplete.
type summary struct {
	Finished bool            `json:"finished"`
	Counts   assurance.Tally `json:"counts"`
}

func (r *report) finding(f assurance.Finding) {
	if r.json {
		r.encode(line{f.Rule, f.Warning, f.PropertyID, f.Subject, f.Note})
		return
	}
	kind := "FAULT"
	if f.Warning {
		kind = "WARNING"
	}
	parts := []string{kind, string(f.Rule)}
	if f.PropertyID != "" {
		parts = append(parts, "property="+string(f.PropertyID))
	}
	if f.Subject != "" {
		parts = append(parts, "subject="+f.Subject)
	}
	r.print("%s: %s\n", strings.Join(parts, " "), f.Note)
}

// end prints the counts.
func (r *report) end(t assurance.Tally, err error) {
	if r.json {
		r.encode(summary{err == nil, t})
		return
	}
	table := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	for _, row := range []struct {
		name  string
		count int
	}{
		{"properties", t.Properties}, {"audit chains", t.Chains}, {"audit entries", t.Entries}, {"anchors", t.Anchors},
		{"photos", t.Photos}, {"valuations", t.Valuations}, {"notifications", t.Notifications}, {"steps", t.Steps},
		{"security rows", t.SecurityRows}, {"security batches", t.SecurityBatches},
		{"objects", t.Blobs}, {"objects read whole", t.BlobsRead}, {"jobs given up", t.DeadJobs},
		{"decided by earlier rules", t.EarlierRules}, {"records without commitments", t.Uncommitted},
		{"FAULTS", t.Faults}, {"warnings", t.Warnings},
	} {
		_, _ = fmt.Fprintf(table, "%s\t%d\n", row.name, row.count)
	}
	if failed := table.Flush(); r.err == nil {
		r.err = failed
	}
	if !t.NewestAnchor.IsZero() {
		r.print("The newest anchor is of %s.\n", t.NewestAnchor.UTC().Format(time.RFC3339))
	}
}

func (r *report) encode(value any) {
	if err := json.NewEncoder(r.out).Encode(value); r.err == nil {
		r.err = err
	}
}

func (r *report) print(format string, args ...any) {
	if _, err := fmt.Fprintf(r.out, format, args...); r.err == nil {
		r.err = err
	}
}
