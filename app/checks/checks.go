package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/bucket"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
)

// statementTimeout is longer than that of requests: nobody waits for a page of a check.
const statementTimeout = time.Minute

// Options say what to check and how to tell of it.
type Options struct {
	// Property is the id of the one to check; all where empty.
	Property string
	// Deep has objects read whole and their checksums compared.
	Deep bool
	// Grace is how old an object may be that nothing names.
	Grace time.Duration
	// JSON writes one object per line instead of text.
	JSON bool
}

// exit is an error with the code that the process ends with.
type exit struct {
	error
	code int
}

// ExitCode is 1 where faults were found, 2 where the check could not be finished.
func (e exit) ExitCode() int { return e.code }

// Unwrap returns what went wrong.
func (e exit) Unwrap() error { return e.error }

// Unfinished says that a check or a restoration could not be finished, which is exit code 2.
// nil stays nil.
func Unfinished(err error) error {
	if err == nil {
		return nil
	}
	return exit{fmt.Errorf("this could not be finished: %w", err), 2}
}

// Invariants runs `propflow check`. The error has an ExitCode method: 1 where there are
// faults, 2 where the check could not be finished.
func Invariants(ctx context.Context, cfg config.Checks, o Options, out io.Writer) error {
	return run(ctx, cfg, o, out, func(ctx context.Context, uow ports.UnitOfWork, blobs ports.Blobs, found func(assurance.Finding)) (assurance.Tally, error) {
		return assurance.CheckInvariants{UnitOfWork: uow, Blobs: blobs, Clock: system.Clock{}}.Execute(ctx, assurance.CheckInvariantsInput{
			PropertyID: domain.PropertyID(o.Property), Deep: o.Deep, Grace: o.Grace, Found: found,
		})
	})
}

// Audit runs `propflow audit verify`. Errors: as Invariants.
func Audit(ctx context.Context, cfg config.Checks, o Options, out io.Writer) error {
	return run(ctx, cfg, o, out, func(ctx context.Context, uow ports.UnitOfWork, blobs ports.Blobs, found func(assurance.Finding)) (assurance.Tally, error) {
		return assurance.VerifyAudit{UnitOfWork: uow, Blobs: blobs, Clock: system.Clock{}}.Execute(ctx, assurance.VerifyAuditInput{
			PropertyID: domain.PropertyID(o.Property), Found: found,
		})
	})
}

// checker is one of the use cases.
type checker func(ctx context.Context, uow ports.UnitOfWork, blobs ports.Blobs, found func(assurance.Finding)) (assurance.Tally, error)

func run(ctx context.Context, cfg config.Checks, o Options, out io.Writer, check checker) error {
	store, err := postgres.Open(ctx, cfg.DatabaseURL, postgres.Options{MaxConns: 2, StatementTimeout: statementTimeout})
	if err != nil {
		return Unfinished(err)
	}
	defer store.Close()
	blobs, err := s3.Open(bucket.Options(cfg.S3))
	if err != nil {
		return Unfinished(err)
	}
	report := report{out: out, json: o.JSON}
	tally, err := check(ctx, store, blobs, report.finding)
	report.end(tally, err)
	switch {
	case err != nil || report.err != nil:
		return Unfinished(errors.Join(err, report.err))
	case tally.Faults > 0:
		return exit{fmt.Errorf("%d faults", tally.Faults), 1}
	}
	return nil
}
