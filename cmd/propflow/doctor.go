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

// Run examines what the environment names. The process ends with 1 where there are warnings,
// with 2 where something is broken.
func (c doctorCommand) Run(ctx context.Context, out io.Writer) error {
	cfg, faults := config.ReadServers()
	found := doctor.New(cfg, faults).Examine(ctx)
	if err := doctor.Write(out, found, c.JSON); err != nil {
		return err
	}
	return doctor.Verdict(found)
}
