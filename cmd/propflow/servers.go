package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
)

// process is one kind of process on real servers: `propflow serve`, `worker` or `scheduler`.
type process struct {
	part app.Part
}

// Run runs the process until ctx ends.
func (p process) Run(ctx context.Context) error {
	cfg, err := config.LoadServers()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
	a, err := app.New(ctx, cfg, p.part, log)
	if err != nil {
		return err
	}
	return a.Run(ctx)
}

// The processes.
type (
	serveCommand     struct{}
	workerCommand    struct{}
	schedulerCommand struct{}
)

// Run serves the API.
func (serveCommand) Run(ctx context.Context) error { return process{app.API}.Run(ctx) }

// Run works the job queues.
func (workerCommand) Run(ctx context.Context) error { return process{app.Worker}.Run(ctx) }

// Run schedules and works the periodic jobs.
func (schedulerCommand) Run(ctx context.Context) error { return process{app.Scheduler}.Run(ctx) }

// migrateCommand is `propflow migrate`.
type migrateCommand struct {
	Action string `arg:"" enum:"up,down,status,history,version,create" help:"up, down (one step), status, history, version, or create NAME (in a checkout)."`
	Name   string `arg:"" optional:"" help:"Name of the migration to create, in snake_case."`
}

// Run migrates.
func (c migrateCommand) Run(ctx context.Context, out io.Writer) error {
	if c.Action == "create" {
		return app.CreateMigration(c.Name, out)
	}
	if c.Name != "" {
		return fmt.Errorf("migrate %s takes no name", c.Action)
	}
	cfg, err := config.LoadMigrations()
	if err != nil {
		return err
	}
	return app.Migrate(ctx, cfg, c.Action, out)
}

// healthcheckCommand is `propflow healthcheck`, for images that have no shell.
type healthcheckCommand struct {
	URL     string        `help:"Ask here." default:"http://localhost:8000/readyz"`
	Timeout time.Duration `help:"How long the answer may take." default:"2s"`
}

// Run fails unless the address answers 200 within Timeout. It takes any certificate of this machine:
// with HTTP_TLS the process has made it for itself.
func (c healthcheckCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		MinVersion: tls.VersionTLS12, InsecureSkipVerify: request.URL.Hostname() == "localhost", //nolint:gosec // see above
	}}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", c.URL, response.Status)
	}
	return nil
}
