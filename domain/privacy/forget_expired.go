package privacy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// rowsPerDeletion limits how many rows one transaction deletes, so that none takes long.
const rowsPerDeletion = 1000

// ForgetExpired is the periodic job that deletes rows older than domain.ExpiringKept.
type ForgetExpired struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// Execute deletes what is old enough of every kind. The job has no subject. Errors: those of the
// stores, of every kind that could not be deleted.
func (uc ForgetExpired) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	var failed []error
	for _, kind := range slices.Sorted(maps.Keys(domain.ExpiringKept)) {
		for gone := rowsPerDeletion; gone == rowsPerDeletion; {
			var err error
			gone, err = ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (int, error) {
				return tx.Retention.Forget(ctx, kind, now.Add(-domain.ExpiringKept[kind]), rowsPerDeletion)
			})
			if err != nil {
				failed = append(failed, fmt.Errorf("forget %s: %w", kind, err))
			}
		}
	}
	return errors.Join(failed...)
}
