package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
)

// demo is `propflow demo`.
type demo struct {
	Address string `help:"Listen here." default:"" placeholder:"HOST:PORT"`
	Verbose bool   `help:"Log every request."`
}

// Run serves the demo until ctx ends.
func (c demo) Run(ctx context.Context, out io.Writer) error {
	cfg, err := config.Load()
	if err != nil {
		return err
	}
	if c.Address != "" {
		cfg.Address = c.Address
	}
	level := max(cfg.LogLevel, slog.LevelWarn)
	if c.Verbose {
		level = cfg.LogLevel
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	d, err := app.NewDemo(ctx, cfg, log)
	if err != nil {
		return err
	}
	c.greet(out, d)
	return d.Run(ctx)
}

// greet prints the addresses to open and how to log in.
func (c demo) greet(out io.Writer, d *app.Demo) {
	_, _ = fmt.Fprintf(out, `PropFlow demo, on memory: everything is gone when it stops (Ctrl-C).

  messages and codes   %[1]s/demo
  API, readable        %[1]s/docs/
  API, as a document   %[1]s/openapi.json

Log in with a phone number and the code that the messages page shows; staff also give
their authenticator code from the same page. Owners use any other Indian mobile number.

`, d.URL)
	for _, s := range d.Staff {
		_, _ = fmt.Fprintf(out, "  %-11s %s  %s\n", s.Role, s.Phone, s.Name)
	}
	elsewhere := ""
	if d.URL != defaultURL {
		elsewhere = " --url " + d.URL
	}
	_, _ = fmt.Fprintf(out, "\nThe main job, in a second shell: bin/propflow journey%s\n", elsewhere)
}
