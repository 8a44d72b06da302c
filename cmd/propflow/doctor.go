package main

import (
	"context"
	"io"

	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/doctor"
)

// doctorCommand is `propflow doctor`.
type doctorCommand struct {
	JSON bool `help:"Write one JSON object instead of a table."`
}

// Run examines the installation that the environment configures. The exit code is 1 if there are
// only warnings, and 2 if something is critical.
func (c doctorCommand) Run(ctx context.Context, out io.Writer) error {
	cfg, faults := config.ReadServers()
	found := doctor.New(cfg, faults).Examine(ctx)
	if err := doctor.Write(out, found, c.JSON); err != nil {
		return err
	}
	return doctor.Verdict(found)
}
