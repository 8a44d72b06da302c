package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/propflow/propflow/app"
)

// commands is what the command line understands.
type commands struct {
	Demo        demo               `cmd:"" help:"Run API, worker and scheduler in one process, on memory, with seeded staff and sales."`
	Journey     journeyCommand     `cmd:"" help:"Do the main job over HTTP as an owner, a valuer and a supervisor, and save the report."`
	Serve       serveCommand       `cmd:"" help:"Serve the API on real servers."`
	Worker      workerCommand      `cmd:"" help:"Work the job queues; any number of processes."`
	Scheduler   schedulerCommand   `cmd:"" help:"Schedule and work the periodic jobs; any number of processes, one leads."`
	Migrate     migrateCommand     `cmd:"" help:"Change or show the database's schema."`
	Healthcheck healthcheckCommand `cmd:"" help:"Exit with 0 where the API is ready."`
	Version     kong.VersionFlag   `help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "propflow:", err)
		os.Exit(1) //nolint:gocritic // nothing is left for the deferred stop to do
	}
}

// run parses the arguments and does what they say.
func run(ctx context.Context, args []string, out io.Writer) error {
	parser, err := kong.New(&commands{}, kong.Name("propflow"), kong.Vars{"version": app.Version},
		kong.Description("Remote property valuation for loans against property."), kong.Writers(out, out),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(out, (*io.Writer)(nil)))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return command.Run()
}
