package main

import (
	"context"
	"io"
	"time"

	"github.com/propflow/propflow/app"
)

// privacyCommand is `propflow privacy`.
type privacyCommand struct {
	Affected privacyAffected `cmd:"" help:"Report whose data was seen by staff in a span of time, from the security log."`
}

// privacyAffected is `propflow privacy affected`.
type privacyAffected struct {
	From     time.Time `required:"" help:"Start, such as 2026-11-23T06:00:00Z." placeholder:"TIME"`
	To       time.Time `required:"" help:"End, excluded." placeholder:"TIME"`
	Actor    string    `help:"Only what this member of staff saw." placeholder:"ID"`
	Client   string    `help:"Only what was seen from this network: an IPv4 address, or an IPv6 /64." placeholder:"ADDRESS"`
	Contacts bool      `help:"Print whole numbers and names, for telling the people."`
	JSON     bool      `help:"Write one JSON object per line."`
}

// Run reports.
func (c privacyAffected) Run(ctx context.Context, out io.Writer) error {
	asked := app.AffectedQuery{From: c.From, To: c.To, Actor: c.Actor, Client: c.Client, Contacts: c.Contacts, JSON: c.JSON}
	return onDatabase(ctx, out, func(o *app.Operators) error { return o.ReportAffected(ctx, asked) })
}
