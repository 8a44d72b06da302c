package capture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UploadKept is how long a photo may await its upload before it is deleted.
const UploadKept = 24 * time.Hour

// uploadsPerRun limits how many photos one run deletes; the rest waits for the next run.
const uploadsPerRun = 100

// DeleteUploads is the periodic job that removes photos whose upload was never completed
// within UploadKept.
type DeleteUploads struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// Execute removes the photos, each in a transaction of its own, and leaves their files to
// another job. This job has no subject. It leaves the draft's UpdatedAt as it is, so that it
// does not delay the deletion of an abandoned draft. Errors: those of the stores, of every
// photo that could not be removed.
func (uc DeleteUploads) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	stale, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
		return tx.Photos.StaleUploads(ctx, now.Add(-UploadKept), uploadsPerRun)
	})
	if err != nil {
		return err
	}
	var failed []error
	for _, photo := range stale {
		err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			return uc.remove(ctx, tx, photo, now)
		})
		if err != nil && !domain.IsKind(err, domain.KindNotFound) { // its owner was faster
			failed = append(failed, fmt.Errorf("delete upload %s: %w", photo.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (uc DeleteUploads) remove(ctx context.Context, tx ports.Tx, stale domain.Photo, now time.Time) error {
	property, err := tx.Properties.Lock(ctx, stale.PropertyID)
	if err != nil {
		return err
	}
	photo, err := tx.Photos.Lock(ctx, stale.ID)
	if err != nil || photo.Status != domain.PhotoAwaitingUpload {
		return err
	}
	if err := remove(ctx, tx, property, photo, now, uc.IDs); err != nil {
		return err
	}
	return tx.RecordChange(ctx, property, property.PhotoChange(domain.ActionPhotoDeleted, photo, domain.System, now), uc.IDs)
}
