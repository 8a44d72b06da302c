package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// propertiesPerRun limits how many properties one run of a periodic job works through; the rest
// waits for the next run.
const propertiesPerRun = 100

// decision is what a periodic job does to one locked property. It returns a KindConflict error
// if there is nothing to do after all, because the case changed since it was found.
type decision func(ctx context.Context, tx ports.Tx, property *domain.Property) (domain.Change, error)

// sweep applies the decision to every property of the sweep, each in a transaction of its own,
// so that one that fails does not stop the others. Errors: those of the stores, of every
// property that failed.
func sweep(ctx context.Context, uow ports.UnitOfWork, ids ports.IDs, which ports.Sweep, now time.Time, decide decision) error {
	due, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
		return tx.Properties.Due(ctx, which, now, propertiesPerRun)
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, id := range due {
		err := uow.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			property, err := tx.Properties.Lock(ctx, id)
			if err != nil {
				return err
			}
			change, err := decide(ctx, tx, &property)
			if err != nil {
				return err
			}
			return tx.Save(ctx, &property, change, ids)
		})
		if err != nil && !domain.IsKind(err, domain.KindConflict) {
			failed = append(failed, fmt.Errorf("%s %s: %w", which, id, err))
		}
	}
	return errors.Join(failed...)
}
