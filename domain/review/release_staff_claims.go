package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReleaseStaffClaims is the job domain.JobReleaseStaffClaims: it releases the claims and
// reservations of one user who can no longer review. If it is interrupted, the next run releases
// the rest.
type ReleaseStaffClaims struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute releases them, each in a transaction of its own, so that a failure of one does not
// stop the others, and so that no lock lasts long. The subject is the id of the user. It does
// nothing if the user may review again by now. Errors: those of the stores, of every property
// that failed.
func (uc ReleaseStaffClaims) Execute(ctx context.Context, subject string) error {
	valuer, now := domain.UserID(subject), uc.Clock.Now()
	var failed []error
	for after := domain.PropertyID(""); ; {
		held, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Properties.HeldBy(ctx, valuer, now, after, propertiesPerRun)
		})
		if err != nil || len(held) == 0 {
			return errors.Join(append(failed, err)...)
		}
		for _, id := range held {
			if err := uc.release(ctx, id, valuer, now); err != nil && !domain.IsKind(err, domain.KindConflict) {
				failed = append(failed, fmt.Errorf("release %s: %w", id, err))
			}
		}
		after = held[len(held)-1]
	}
}

func (uc ReleaseStaffClaims) release(ctx context.Context, id domain.PropertyID, valuer domain.UserID, now time.Time) error {
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		user, err := lockUser(ctx, tx, valuer)
		if err != nil {
			return err
		}
		change, err := property.ReleaseFrom(user, now)
		if err != nil {
			return err
		}
		return tx.Save(ctx, &property, change, uc.IDs)
	})
}
