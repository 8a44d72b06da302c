package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// sessionsPerRun is how many sessions DeleteSessions deletes in one transaction.
const sessionsPerRun = 1000

// DeleteSessions deletes sessions that have been over for domain.SessionKept. It is not an
// operation of the API but a job.
type DeleteSessions struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// Execute deletes them all, in transactions of sessionsPerRun. The job has no subject. Errors: KindUnavailable.
func (uc DeleteSessions) Execute(ctx context.Context, _ string) error {
	before := uc.Clock.Now().Add(-domain.SessionKept)
	for {
		gone, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (int, error) {
			return tx.Sessions.Purge(ctx, before, sessionsPerRun)
		})
		if err != nil || gone < sessionsPerRun {
			return err
		}
	}
}
