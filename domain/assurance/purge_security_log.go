package assurance

import (
	"context"

	"github.com/propflow/propflow/ports"
)

// purgedPerTransaction is the maximum number of batches that are purged in one transaction.
const purgedPerTransaction = 100

// PurgeSecurityLog is the periodic job domain.JobPurgeSecurity. It removes the months of the
// security log that ended domain.SecurityRetention ago. What is left still verifies, because the
// purge records the hash that it goes on from.
type PurgeSecurityLog struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// Execute purges until no month is old enough. The job has no subject. Errors: those of the stores.
func (uc PurgeSecurityLog) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	for {
		removed, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (int, error) {
			return tx.SecurityChain.Purge(ctx, now, purgedPerTransaction)
		})
		if err != nil || removed == 0 {
			return err
		}
	}
}
