package intake

import (
	"context"
	"errors"
	"fmt"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// draftsPerRun limits how many drafts one run deletes; the rest waits for the next run.
const draftsPerRun = 100

// DeleteDrafts is the periodic job that deletes drafts that were not touched for
// domain.DraftKept.
type DeleteDrafts struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// Execute deletes abandoned drafts, each in a transaction of its own. The job has no subject.
// Errors: those of the stores, of every draft that could not be deleted.
func (uc DeleteDrafts) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	due, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
		return tx.Properties.Due(ctx, ports.SweepAbandonedDrafts, now, draftsPerRun)
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range due {
		err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			property, err := tx.Properties.Lock(ctx, id)
			if err != nil || !property.Abandoned(now) {
				return err
			}
			return deleteDraft(ctx, tx, property, now)
		})
		if err != nil && !domain.IsKind(err, domain.KindNotFound) && domain.CodeOf(err) != "case_kept" { // its owner was faster, or a hold covers it
			failed = append(failed, fmt.Errorf("delete draft %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}
