package intake

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DeleteProperty deletes a draft with its photos.
type DeleteProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// DeletePropertyInput names the draft to delete.
type DeletePropertyInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute deletes the draft. Errors: KindNotFound "property_not_found", KindConflict
// "not_a_draft", and "case_kept" if a legal hold covers the draft.
func (uc DeleteProperty) Execute(ctx context.Context, in DeletePropertyInput) error {
	now := uc.Clock.Now()
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return err
		}
		return deleteDraft(ctx, tx, property, now)
	})
}

// deleteDraft removes a locked draft and its photos, and leaves their files to a job.
// Errors: KindConflict "not_a_draft" and "case_kept", those of the stores.
func deleteDraft(ctx context.Context, tx ports.Tx, property domain.Property, now time.Time) error {
	if err := property.MayDelete(); err != nil {
		return err
	}
	if err := tx.Releasable(ctx, property); err != nil {
		return err
	}
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return err
	}
	for _, photo := range photos {
		if err := tx.Photos.Delete(ctx, photo.ID); err != nil {
			return err
		}
	}
	if err := tx.Properties.Delete(ctx, property.ID); err != nil {
		return err
	}
	return tx.Jobs.Enqueue(ctx, domain.DeleteFiles(domain.PropertyFolder(property.ID), now))
}
