package app

import (
	"context"
	"errors"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Version is the newest version in CHANGELOG.md; a test compares the two.
const Version = "0.2.0"

// Commit is the commit that was built; the linker sets it (see Makefile).
var Commit = "unknown"

// App is the part of the product that one process runs: the API, the worker, the scheduler,
// or all of them.
type App struct {
	tasks   []task
	closers []func() error
	url     string
}

// URL returns the address at which clients on this machine reach the App.
func (a *App) URL() string { return a.url }

// task runs until ctx ends, then finishes what is in flight.
type task func(ctx context.Context) error

// Run runs every part until ctx ends or one of them fails. It then waits for all to finish and
// closes the App. It returns nil after a clean end.
func (a *App) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, len(a.tasks))
	for _, run := range a.tasks {
		go func() {
			defer stop()
			ended <- run(ctx)
		}()
	}
	var faults []error
	for range a.tasks {
		faults = append(faults, <-ended)
	}
	return errors.Join(append(faults, a.Close())...)
}

// Close releases what the App has open. Run calls it too.
func (a *App) Close() error {
	var faults []error
	for _, release := range a.closers {
		faults = append(faults, release())
	}
	a.closers = nil
	return errors.Join(faults...)
}

// work runs every kind of job.
func (a Adapters) work() task {
	return func(ctx context.Context) error {
		return a.JobRunner.Run(ctx, a.Watch.Jobs(a.jobs().Handlers()), domain.PeriodicJobs)
	}
}

// schedule runs the periodic jobs alone.
func (a Adapters) schedule() task {
	return func(ctx context.Context) error {
		all := a.jobs().Handlers()
		periodic := make(map[domain.JobKind]ports.JobHandler, len(domain.PeriodicJobs))
		for _, p := range domain.PeriodicJobs {
			periodic[p.Kind] = all[p.Kind]
		}
		return a.JobRunner.Run(ctx, a.Watch.Jobs(periodic), domain.PeriodicJobs)
	}
}
