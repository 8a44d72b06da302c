package assurance

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SealSecurityLog is the periodic job domain.JobSealSecurity. It adds the rows of the security log
// that are in no batch to the chain of batches. It takes no lock that a writer of the log waits for.
type SealSecurityLog struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	// Rows is the maximum number of rows in one batch; 0 means domain.SecurityBatchRows.
	Rows int
}

// Execute writes as many batches as it needs, none if there are no rows. The job has no subject.
// Errors: those of the stores. Another run that seals the same rows at the same time is none.
func (uc SealSecurityLog) Execute(ctx context.Context, _ string) error {
	rows := uc.Rows
	if rows <= 0 {
		rows = domain.SecurityBatchRows
	}
	for complete := false; !complete; {
		err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			var err error
			complete, err = uc.seal(ctx, tx, rows)
			return err
		})
		switch {
		case domain.CodeOf(err) == "batch_exists":
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

// seal writes one batch, and reports whether it has all the rows that there are.
func (uc SealSecurityLog) seal(ctx context.Context, tx ports.Tx, rows int) (bool, error) {
	now := uc.Clock.Now()
	last, err := tx.SecurityChain.Newest(ctx)
	if err != nil {
		return false, err
	}
	events, err := tx.SecurityChain.Unsealed(ctx, sealedFrom(last), endOfTime, rows)
	if err != nil || len(events) == 0 {
		return true, err
	}
	complete, through := len(events) < rows, now
	if !complete {
		through = events[len(events)-1].At
	}
	return complete, tx.SecurityChain.Add(ctx, domain.SealSecurity(last, events, now, through), events)
}

// sealedFrom returns the time of the earliest row that the batch after last may have.
func sealedFrom(last domain.SecurityBatch) time.Time {
	if last.Through.IsZero() {
		return time.Time{}
	}
	return last.Through.Add(-domain.SecuritySealGrace)
}

// endOfTime is later than every row.
var endOfTime = time.Date(9999, time.January, 1, 0, 0, 0, 0, time.UTC)
