package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/app/bucket"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

// FilesOptions select the files to restore.
type FilesOptions struct {
	// Since is a moment before the damage.
	Since time.Time
	// Property is the id of the case whose files are restored, or empty to restore those of all
	// cases.
	Property string
	// Apply restores the files. Without it, they are only listed.
	Apply bool
}

// RestoreFiles runs `propflow files restore`. Its error has an ExitCode method: 1 if files are
// lost of which no version is kept, 2 if the work could not be finished.
func RestoreFiles(ctx context.Context, cfg config.Checks, o FilesOptions, out io.Writer) error {
	store, err := postgres.Open(ctx, cfg.DatabaseURL, postgres.Options{MaxConns: 2, StatementTimeout: statementTimeout})
	if err != nil {
		return Unfinished(err)
	}
	defer store.Close()
	blobs, err := s3.Open(bucket.Options(cfg.S3))
	if err != nil {
		return Unfinished(err)
	}
	told := &report{out: out}
	restore := assurance.RestoreBlobs{UnitOfWork: store, Versions: blobs}
	tally, err := restore.Execute(ctx, assurance.RestoreBlobsInput{
		Since: o.Since, PropertyID: domain.PropertyID(o.Property), Apply: o.Apply,
		Found: func(r assurance.Restoration) { told.print("%s\n", sentence(r, o.Apply)) },
	})
	told.restored(tally, o.Apply)
	switch {
	case err != nil || told.err != nil:
		return Unfinished(errors.Join(err, told.err))
	case tally.Lost > 0:
		return exit{fmt.Errorf("%d files are lost", tally.Lost), 1}
	}
	return nil
}

func sentence(r assurance.Restoration, applied bool) string {
	harm, verb := "overwritten", "to restore"
	if r.Deleted {
		harm = "deleted"
	}
	switch {
	case r.From.IsZero():
		return "LOST " + r.Key + ": no version is kept"
	case applied:
		verb = "restored"
	}
	return fmt.Sprintf("%s %s: %s; as of %s", verb, r.Key, harm, r.From.UTC().Format(time.RFC3339))
}

// restored prints the counts of a restoration.
func (r *report) restored(t assurance.RestorationTally, applied bool) {
	table := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(table, "versions read\t%d\ndeleted\t%d\noverwritten\t%d\nlost\t%d\n", t.Versions, t.Deleted, t.Overwritten, t.Lost)
	if failed := table.Flush(); r.err == nil {
		r.err = failed
	}
	if !applied && t.Deleted+t.Overwritten > 0 {
		r.print("Nothing was changed. Do it with --apply, then: propflow check --deep\n")
	}
}
