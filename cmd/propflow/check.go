package main

import (
	"context"
	"io"
	"time"

	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/app/config"
)

// checkCommand is `propflow check`.
type checkCommand struct {
	Deep     bool          `help:"Also read every object and compare its checksum."`
	Grace    time.Duration `help:"How old an object may be that nothing names." default:"24h"`
	Property string        `help:"Check this one only." placeholder:"ID"`
	JSON     bool          `help:"Write one JSON object per line: the findings, then the counts."`
}

// Run checks the stores; it only reads. The exit code is 1 if there are faults, and 2 if the
// check could not be finished.
func (c checkCommand) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.LoadChecks()
	if err != nil {
		return checks.Unfinished(err)
	}
	return checks.Invariants(ctx, cfg, checks.Options{Property: c.Property, Deep: c.Deep, Grace: c.Grace, JSON: c.JSON}, out)
}
