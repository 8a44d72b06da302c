package capture

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CreatePhoto announces a photo that was just taken, and permits its upload.
type CreatePhoto struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
	IDs        ports.IDs
}

// CreatePhotoInput is what the client states about the photo.
type CreatePhotoInput struct {
	Actor       domain.Actor
	Key         domain.IdempotencyKey
	PropertyID  domain.PropertyID
	ChallengeID domain.ChallengeID
	Subject     domain.Subject
	Announced   domain.Announcement
	Device      domain.DeviceReport
	// Replaces is the failed photo of a draft whose place this one takes; empty for none.
	Replaces domain.PhotoID
}

// CreatePhotoOutput is the photo, and the permission to upload its file.
type CreatePhotoOutput struct {
	Photo  domain.Photo
	Upload ports.Upload
}

// Execute stores the photo and signs its upload. A repeated request gets a new signature for
// the same photo. Errors: KindInvalid, KindNotFound "property_not_found",
// "challenge_not_found" and "photo_not_found", KindConflict "property_locked",
// "too_many_photos", "not_replaceable" and those of domain.Challenge.Use, KindTooMany
// "too_many_photos_today", KindUnavailable, those of ports.Once.
func (uc CreatePhoto) Execute(ctx context.Context, in CreatePhotoInput) (CreatePhotoOutput, error) {
	now := uc.Clock.Now()
	if err := in.Announced.Validate(); err != nil {
		return CreatePhotoOutput{}, err
	}
	if err := in.Device.Validate(); err != nil {
		return CreatePhotoOutput{}, err
	}
	photo, err := ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		return uc.create(ctx, tx, in, now)
	})
	if err != nil {
		return CreatePhotoOutput{}, err
	}
	upload, err := uc.Blobs.PresignPut(ctx, photo.OriginalKey(), photo.Announced, domain.UploadTTL)
	if err != nil {
		return CreatePhotoOutput{}, err
	}
	return CreatePhotoOutput{Photo: photo, Upload: upload}, nil
}

func (uc CreatePhoto) create(ctx context.Context, tx ports.Tx, in CreatePhotoInput, now time.Time) (domain.Photo, error) {
	property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID) // also keeps the number of photos constant
	if err != nil {
		return domain.Photo{}, err
	}
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Photo{}, err
	}
	if err := property.MayAddPhoto(in.Subject, photos); err != nil {
		return domain.Photo{}, err
	}
	if err := tx.UseUp(ctx, in.Actor.ID, domain.CustomerUse{Photos: 1}, now); err != nil {
		return domain.Photo{}, err
	}
	challenge, err := tx.Challenges.Lock(ctx, in.ChallengeID)
	if err != nil {
		return domain.Photo{}, err
	}
	if err := challenge.Use(in.Actor.ID, property.ID, in.Subject, now); err != nil {
		return domain.Photo{}, err
	}
	if err := tx.Challenges.MarkUsed(ctx, challenge.ID, now); err != nil {
		return domain.Photo{}, err
	}
	photo := domain.Photo{
		ID: domain.PhotoID(uc.IDs.New()), PropertyID: property.ID, OwnerID: property.OwnerID, Subject: in.Subject,
		Status: domain.PhotoAwaitingUpload, Announced: in.Announced, Device: in.Device,
		ChallengeID: challenge.ID, ChallengedAt: challenge.IssuedAt, CreatedAt: property.PhotoTime(now),
	}
	if err := tx.Photos.Add(ctx, photo); err != nil {
		return domain.Photo{}, err
	}
	if in.Replaces != "" {
		if err := replaceFailed(ctx, tx, property, in.Replaces, photo); err != nil {
			return domain.Photo{}, err
		}
	}
	property.UpdatedAt = now
	return photo, tx.Save(ctx, &property, property.PhotoChange(domain.ActionPhotoCreated, photo, in.Actor, now), uc.IDs)
}

// replaceFailed puts the photo in the place of a failed one. Errors: KindNotFound
// "photo_not_found", KindConflict "not_replaceable".
func replaceFailed(ctx context.Context, tx ports.Tx, property domain.Property, old domain.PhotoID, by domain.Photo) error {
	failed, err := lockPhoto(ctx, tx, property.ID, old)
	if err != nil {
		return err
	}
	if property.State != domain.Draft || failed.Status != domain.PhotoFailed || failed.Subject != by.Subject || failed.ReplacedBy != "" {
		return domain.Conflict("not_replaceable", "only a failed photo of a draft can be replaced, once, by one of the same type and room")
	}
	failed.ReplacedBy = by.ID
	return tx.Photos.Update(ctx, &failed)
}
