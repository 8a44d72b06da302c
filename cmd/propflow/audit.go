package main

import (
	"context"
	"io"

	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/app/config"
)

// auditCommand is `propflow audit`.
type auditCommand struct {
	Verify auditVerifyCommand `cmd:"" help:"Find edited, deleted, reordered, truncated and replaced audit entries, and say which."`
}

// auditVerifyCommand is `propflow audit verify`.
type auditVerifyCommand struct {
	Property string `help:"Verify this one's chain only." placeholder:"ID"`
	JSON     bool   `help:"Write one JSON object per line: the findings, then the counts."`
}

// Run verifies. Exit codes: as `propflow check`.
func (c auditVerifyCommand) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.LoadChecks()
	if err != nil {
		return checks.Unfinished(err)
	}
	return checks.Audit(ctx, cfg, checks.Options{Property: c.Property, JSON: c.JSON}, out)
}
