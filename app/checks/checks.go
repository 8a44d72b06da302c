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

// statementTimeout is longer than for requests, because no user waits for a statement of a
// check.
const statementTimeout = time.Minute

// Options configure a check and its output.
type Options struct {
	// Property is the id of the case to check; if empty, all are checked.
	Property string
	// Deep reads objects completely and compares their checksums.
	Deep bool
	// Grace is the age up to which an object without a reference is no fault, because an upload
	// or a deletion may be in progress.
	Grace time.Duration
	// JSON prints one object per line instead of text.
	JSON bool
}

// exit is an error with the exit code of the process.
type exit struct {
	error
	code int
}

// ExitCode is 1 if faults were found, and 2 if the check could not be finished.
func (e exit) ExitCode() int { return e.code }

// Unwrap returns the error without its code.
func (e exit) Unwrap() error { return e.error }

// Unfinished marks the error of a check or a restoration that could not be finished; its exit
// code is 2. It returns nil for nil.
func Unfinished(err error) error {
	if err == nil {
		return nil
	}
	return exit{fmt.Errorf("this could not be finished: %w", err), 2}
}

// Invariants runs `propflow check`. Its error has an ExitCode method: 1 if there are faults, 2
// if the check could not be finished.
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

// checker runs one of the use cases.
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
