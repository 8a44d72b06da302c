package main

import (
	"context"
	"io"
	"time"

	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/app/config"
)

// filesCommand is `propflow files`.
type filesCommand struct {
	Restore filesRestoreCommand `cmd:"" help:"Bring back the files of cases that were deleted or overwritten, from a bucket that keeps versions."`
}

// filesRestoreCommand is `propflow files restore`.
type filesRestoreCommand struct {
	Since    time.Time `required:"" format:"2006-01-02T15:04:05Z07:00" help:"A moment before the harm: files become what they were then." placeholder:"2026-11-23T09:00:00Z"`
	Property string    `help:"Only the files of this one." placeholder:"ID"`
	Apply    bool      `help:"Do it. Without, it is only told what would be done."`
}

// Run restores files. It deletes nothing: the old content of a file becomes its newest version.
// The exit code is 1 if files are lost of which no version is kept, and 2 if the work could not
// be finished.
func (c filesRestoreCommand) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.LoadChecks()
	if err != nil {
		return checks.Unfinished(err)
	}
	return checks.RestoreFiles(ctx, cfg, checks.FilesOptions{Since: c.Since, Property: c.Property, Apply: c.Apply}, out)
}
