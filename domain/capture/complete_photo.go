package capture

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CompletePhoto starts the inspection of a photo whose upload has arrived.
type CompletePhoto struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
	IDs        ports.IDs
}

// CompletePhotoInput names the photo whose upload is complete.
type CompletePhotoInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	PhotoID    domain.PhotoID
}

// Execute returns the photo, now PROCESSING. Completing it again changes nothing and returns
// it as it is. Errors: KindNotFound "property_not_found" and "photo_not_found", KindConflict
// "upload_missing" if no file of the announced size has arrived, "property_locked" and
// "consent_required", KindUnavailable.
func (uc CompletePhoto) Execute(ctx context.Context, in CompletePhotoInput) (domain.Photo, error) {
	now := uc.Clock.Now()
	photo, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		if _, err := tx.LockOwn(ctx, in.Actor, in.PropertyID); err != nil {
			return domain.Photo{}, err
		}
		return lockPhoto(ctx, tx, in.PropertyID, in.PhotoID)
	})
	if err != nil {
		return domain.Photo{}, err
	}
	if photo.Status == domain.PhotoAwaitingUpload {
		if err := uc.requireUpload(ctx, photo); err != nil {
			return domain.Photo{}, err
		}
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		return uc.complete(ctx, tx, in, now)
	})
}

// requireUpload returns nil if the object store has a file of the announced size. Errors:
// KindConflict "upload_missing", those of the store.
func (uc CompletePhoto) requireUpload(ctx context.Context, photo domain.Photo) error {
	size, err := uc.Blobs.Size(ctx, photo.OriginalKey())
	switch {
	case domain.IsKind(err, domain.KindNotFound):
		return domain.Conflict("upload_missing", "the file has not arrived; upload it first")
	case err != nil:
		return err
	case size != photo.Announced.Bytes:
		return domain.Conflict("upload_missing", "a file of another size has arrived; upload the announced one")
	}
	return nil
}

func (uc CompletePhoto) complete(ctx context.Context, tx ports.Tx, in CompletePhotoInput, now time.Time) (domain.Photo, error) {
	property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
	if err != nil {
		return domain.Photo{}, err
	}
	photo, err := lockPhoto(ctx, tx, property.ID, in.PhotoID)
	if err != nil {
		return domain.Photo{}, err
	}
	if !photo.Complete(now) {
		return photo, nil
	}
	// The case may have changed its state since the photo was announced.
	if err := property.MayCompletePhoto(photo); err != nil {
		return domain.Photo{}, err
	}
	if err := tx.RequireConsent(ctx, in.Actor.ID); err != nil {
		return domain.Photo{}, err
	}
	if err := tx.Photos.Update(ctx, &photo); err != nil {
		return domain.Photo{}, err
	}
	sha256 := domain.Fact{Name: "sha256", Value: photo.Announced.SHA256}
	change := property.PhotoChange(domain.ActionPhotoCompleted, photo, in.Actor, now, sha256)
	return photo, tx.RecordChange(ctx, property, change, uc.IDs)
}
