package capture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

// InspectPhoto is the job that gives an uploaded photo its verdict.
type InspectPhoto struct {
	UnitOfWork     ports.UnitOfWork
	Blobs          ports.Blobs
	PhotoInspector ports.PhotoInspector
	ImageAnalyzer  ports.ImageAnalyzer
	Clock          ports.Clock
	IDs            ports.IDs
}

// Execute inspects the photo with this id. It changes nothing if the inspection is no longer
// needed, because the photo has its verdict or was deleted, or its property was withdrawn.
//
// Nothing is inspected without the owner's consent to a valuation, and the picture is analysed only
// under consent to that, asked before and after: without it, the verdict is that of the other checks
// and the photo is not analysed.
//
// It works in steps, each of which may be repeated: measure the file and store the derivatives;
// record the facts; analyse the picture; link the cases with the same picture; judge. The facts
// are committed before the search for twins, so that of two racing inspections of one picture
// at least one finds the other. They are committed before the analysis, so that GiveUp can
// judge by them if no analysis ever succeeds.
//
// Errors: KindNotFound "blob_not_found", KindUnavailable, those of the inspector.
func (uc InspectPhoto) Execute(ctx context.Context, photoID string) error {
	id := domain.PhotoID(photoID)
	photo, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		property, photo, err := lockWaiting(ctx, tx, id)
		if err != nil {
			return photo, err
		}
		return uc.unlessConsent(ctx, tx, property, photo)
	})
	if err != nil || photo.Status != domain.PhotoProcessing {
		return unlessSettled(err)
	}
	seen, err := uc.examine(ctx, photo)
	if err != nil {
		return err
	}
	agreement, err := uc.record(ctx, photo, seen.facts)
	if err != nil {
		return uc.unlessGone(ctx, photo, err)
	}
	var analysis domain.ImageAnalysis
	if seen.facts.Fault == domain.NoFault && agreement.To(domain.PurposeImageAnalysis) {
		if analysis, err = uc.ImageAnalyzer.Analyze(ctx, seen.display); err != nil {
			return err
		}
	}
	return uc.unlessGone(ctx, photo, uc.conclude(ctx, photo, seen, analysis))
}

// unlessGone is like unlessSettled but also cleans up if the photo was deleted meanwhile,
// because this inspection may have stored derivatives after its files were deleted.
func (uc InspectPhoto) unlessGone(ctx context.Context, photo domain.Photo, err error) error {
	if domain.IsKind(err, domain.KindNotFound) {
		return uc.Blobs.DeletePrefix(ctx, photo.Folder().String())
	}
	return unlessSettled(err)
}

// GiveUp settles a photo whose inspection kept failing. If the file was measured, a later step
// failed, for example because the image analysis was unavailable. That is not the owner's
// fault, so the photo is judged by its measurements, as not analysed. They are taken anew, because
// nothing commits to those that were recorded without a verdict. If the file could not be measured
// the photo fails, so that its owner can take it again. Errors: KindUnavailable.
func (uc InspectPhoto) GiveUp(ctx context.Context, photoID string) error {
	photo, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		_, photo, err := lockWaiting(ctx, tx, domain.PhotoID(photoID))
		return photo, err
	})
	if err != nil {
		return unlessSettled(err)
	}
	seen := examined{facts: domain.ImageFacts{Fault: domain.FaultBroken}}
	if photo.Facts.SHA256 != "" || photo.Facts.Fault != domain.NoFault { // it can be measured
		if seen, err = uc.examine(ctx, photo); domain.IsKind(err, domain.KindNotFound) {
			seen, err = examined{facts: domain.ImageFacts{Fault: domain.FaultBroken}}, nil
		}
		if err != nil {
			return err
		}
	}
	return unlessSettled(uc.conclude(ctx, photo, seen, domain.ImageAnalysis{}))
}

// lockWaiting locks a photo that waits for its verdict, and its property. Errors: KindNotFound
// if either is gone, KindConflict "photo_not_waiting" if the photo no longer waits or its
// property was withdrawn.
func lockWaiting(ctx context.Context, tx ports.Tx, id domain.PhotoID) (domain.Property, domain.Photo, error) {
	photo, err := tx.Photos.Get(ctx, id)
	if err != nil {
		return domain.Property{}, domain.Photo{}, err
	}
	property, err := tx.Properties.Lock(ctx, photo.PropertyID)
	if err != nil {
		return domain.Property{}, domain.Photo{}, err
	}
	if photo, err = lockPhoto(ctx, tx, property.ID, id); err != nil {
		return domain.Property{}, domain.Photo{}, err
	}
	if photo.Status != domain.PhotoProcessing || property.State == domain.Withdrawn {
		return domain.Property{}, domain.Photo{}, domain.Conflict("photo_not_waiting", "the photo does not wait for a verdict")
	}
	return property, photo, nil
}

// unlessSettled drops the errors of lockWaiting, because they mean that no verdict is needed
// any more.
func unlessSettled(err error) error {
	if domain.IsKind(err, domain.KindNotFound) || domain.IsKind(err, domain.KindConflict) {
		return nil
	}
	return err
}

// examined is what an inspection sees of a file. Display and copies are empty if it has a fault.
type examined struct {
	facts   domain.ImageFacts
	display []byte
	copies  domain.SmallerCopies
}

// examine measures the file and stores its smaller copies.
func (uc InspectPhoto) examine(ctx context.Context, photo domain.Photo) (examined, error) {
	inspection, err := uc.open(ctx, photo)
	if err != nil {
		return examined{}, err
	}
	facts := inspection.Facts
	if facts.Fault == domain.NoFault && facts.SHA256 != photo.Announced.SHA256 {
		facts.Fault = domain.FaultChecksum
	}
	if facts.Fault != domain.NoFault {
		return examined{facts: facts}, nil
	}
	if err := uc.Blobs.Put(ctx, photo.ThumbKey(), domain.ContentJPEG, inspection.Thumb); err != nil {
		return examined{}, err
	}
	copies := domain.SmallerCopies{Thumb: sum(inspection.Thumb), Display: sum(inspection.Display)}
	return examined{facts, inspection.Display, copies}, uc.Blobs.Put(ctx, photo.DisplayKey(), domain.ContentJPEG, inspection.Display)
}

func sum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (uc InspectPhoto) open(ctx context.Context, photo domain.Photo) (inspection ports.PhotoInspection, err error) {
	file, err := uc.Blobs.Open(ctx, photo.OriginalKey())
	if err != nil {
		return ports.PhotoInspection{}, err
	}
	defer func() {
		if closeErr := file.Close(); err == nil {
			err = closeErr
		}
	}()
	return uc.PhotoInspector.Inspect(ctx, file)
}

// record stores the facts, and returns what the owner agrees to. Errors: those of lockWaiting.
func (uc InspectPhoto) record(ctx context.Context, photo domain.Photo, facts domain.ImageFacts) (domain.Agreement, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Agreement, error) {
		property, photo, err := lockWaiting(ctx, tx, photo.ID)
		if err != nil {
			return domain.Agreement{}, err
		}
		photo.Facts = facts
		if err := tx.Photos.Update(ctx, &photo); err != nil {
			return domain.Agreement{}, err
		}
		return tx.Agreement(ctx, property.OwnerID)
	})
}

// unlessConsent returns the photo, and lets it await its upload again if its owner does not agree to
// a valuation: a photo of an earlier release may have been taken in without. The photo is then as it
// was when it was announced, which the history says again. The client completes it once there is consent. Errors: those of the stores.
func (uc InspectPhoto) unlessConsent(ctx context.Context, tx ports.Tx, property domain.Property, photo domain.Photo) (domain.Photo, error) {
	agreement, err := tx.Agreement(ctx, property.OwnerID)
	if err != nil || agreement.To(domain.PurposeValuation) {
		return photo, err
	}
	photo.AwaitUpload()
	if err := tx.Photos.Update(ctx, &photo); err != nil {
		return photo, err
	}
	return photo, tx.RecordChange(ctx, property, property.PhotoChange(domain.ActionPhotoCreated, photo, domain.System, uc.Clock.Now()), uc.IDs)
}

// conclude links twins and judges the photo. Errors: those of lockWaiting.
func (uc InspectPhoto) conclude(ctx context.Context, photo domain.Photo, seen examined, analysis domain.ImageAnalysis) error {
	var twins []domain.PropertyID
	if seen.facts.Fault == domain.NoFault {
		err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) (err error) {
			twins, err = linkTwins(ctx, tx, photo.PropertyID, seen.facts)
			return err
		})
		if err != nil {
			return err
		}
	}
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		property, photo, err := lockWaiting(ctx, tx, photo.ID)
		if err != nil {
			return err
		}
		return uc.judge(ctx, tx, property, photo, seen.copies, photocheck.Evidence{Facts: seen.facts, Analysis: analysis, Twins: twins})
	})
}

// judge gives the locked photo its verdict by the evidence, and records the change. It adds the
// cases that the photo is already linked to, because a twin that was inspected after the
// evidence was gathered has linked itself to the photo. Photos of one case are judged one after
// the other, because the property is locked: of two that are the same the later one finds the other.
func (uc InspectPhoto) judge(
	ctx context.Context, tx ports.Tx, property domain.Property, photo domain.Photo, copies domain.SmallerCopies, evidence photocheck.Evidence,
) error {
	now := uc.Clock.Now()
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return err
	}
	agreement, err := tx.Agreement(ctx, property.OwnerID)
	if err != nil {
		return err
	}
	if !agreement.To(domain.PurposeImageAnalysis) { // withdrawn while the picture was analysed
		evidence.Analysis = domain.ImageAnalysis{}
	}
	photo.Facts = evidence.Facts
	evidence.Photo, evidence.Repeat = photo, property.RepeatOf(photo, photos)
	if property.Details.Location != nil {
		evidence.Property = &property.Details.Location.Point
	}
	evidence.Twins = slices.Concat(evidence.Twins, photo.LinkedTo)
	slices.Sort(evidence.Twins)
	evidence.Twins = slices.Compact(evidence.Twins)
	photo.Judge(evidence.Facts, evidence.Analysis, evidence.Inspect(), evidence.Twins, now)
	if err := tx.Photos.Update(ctx, &photo); err != nil {
		return err
	}
	photos[slices.IndexFunc(photos, func(p domain.Photo) bool { return p.ID == photo.ID })] = photo
	if err := tx.RecordChange(ctx, property, property.PhotoJudged(photo, copies, photos, now), uc.IDs); err != nil {
		return err
	}
	return announceTwins(ctx, tx, property, photo, now)
}
