package intake

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateProperty edits a draft, or the fields that a follow-up unlocked. If the pin moves, every
// photo is judged by the new one.
type UpdateProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// UpdatePropertyInput is what the owner changes.
type UpdatePropertyInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	Version    int64 // of the property as the owner read it
	Change     domain.DetailsChange
}

// UpdatePropertyOutput is the changed property.
type UpdatePropertyOutput struct {
	Property domain.Property
	// Cleared are the details that the type cannot have and that were therefore removed.
	Cleared []domain.Field
}

// Execute returns the changed property. Errors: KindNotFound "property_not_found",
// KindStale, KindInvalid, KindConflict "property_locked", "field_locked", "external_ref_taken"
// and "consent_required".
func (uc UpdateProperty) Execute(ctx context.Context, in UpdatePropertyInput) (UpdatePropertyOutput, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (UpdatePropertyOutput, error) {
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		// In other states Edit refuses whatever the version is, which the owner does not see there.
		if property.State.OwnersTurn() && property.Version != in.Version {
			return UpdatePropertyOutput{}, domain.Stale("property")
		}
		photos, err := photosFor(ctx, tx, property, in.Change)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		before := property
		change, err := property.Edit(in.Actor, in.Change, photos, now)
		if err != nil {
			return UpdatePropertyOutput{}, err
		}
		if err := requireConsent(ctx, tx, property); err != nil {
			return UpdatePropertyOutput{}, err
		}
		if property.ExternalRef != before.ExternalRef { // one that two cases of an earlier release have may stay
			if err := tx.Properties.ReserveExternalRef(ctx, property.OwnerID, property.ExternalRef, property.ID); err != nil {
				return UpdatePropertyOutput{}, err
			}
		}
		if err := tx.Save(ctx, &property, change, uc.IDs); err != nil {
			return UpdatePropertyOutput{}, err
		}
		if err := uc.judgePlaces(ctx, tx, property, photos, now); err != nil {
			return UpdatePropertyOutput{}, err
		}
		out := UpdatePropertyOutput{Property: property, Cleared: change.Cleared}
		return out, announceLinks(ctx, tx, before, property, photos, now)
	})
}

// requireConsent returns an error if the edited property has a place or photos and its owner does not
// agree to the notice in force. Drafts of earlier releases have them without consent, and so are
// asked at their next edit. A place may be cleared without. Errors: KindConflict "consent_required",
// those of the stores.
func requireConsent(ctx context.Context, tx ports.Tx, property domain.Property) error {
	missing := tx.RequireConsent(ctx, property.OwnerID)
	if domain.CodeOf(missing) != "consent_required" || property.Details.Location != nil {
		return missing
	}
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil || len(photos) == 0 {
		return err
	}
	return missing
}

// photosFor returns the property's photos if the edit depends on them or they on it. An edit of a
// draft that leaves the pin needs none, and owners save drafts often.
func photosFor(ctx context.Context, tx ports.Tx, property domain.Property, c domain.DetailsChange) ([]domain.Photo, error) {
	if property.State == domain.Draft && !slices.Contains(c.Fields(), domain.FieldLocation) {
		return nil, nil
	}
	return tx.Photos.ByProperty(ctx, property.ID)
}

// judgePlaces judges the place of each photo by the new pin, in the transaction that moved it, so
// that no verdict by the old pin counts for a moment. It locks the photos in the order of the
// list, so that no two transactions wait for each other.
func (uc UpdateProperty) judgePlaces(ctx context.Context, tx ports.Tx, property domain.Property, photos []domain.Photo, now time.Time) error {
	photos = slices.Clone(photos)
	for i, photo := range photos {
		if !photo.JudgePlace(property.Details.Location, now) { // most edits leave the pin, and need no lock
			continue
		}
		locked, err := tx.Photos.Lock(ctx, photo.ID)
		if err != nil {
			return err
		}
		photos[i] = locked
	}
	for _, photo := range property.JudgePlaces(photos, now) {
		if err := tx.Photos.Update(ctx, &photo); err != nil {
			return err
		}
		if err := tx.RecordChange(ctx, property, property.PlaceJudged(photo, now), uc.IDs); err != nil {
			return err
		}
	}
	return nil
}

// announceLinks announces the links that an edit of a submitted case made. Those of a draft are
// announced by its submission. Errors: those of the stores.
func announceLinks(ctx context.Context, tx ports.Tx, before, after domain.Property, photos []domain.Photo, now time.Time) error {
	if after.SubmittedAt.IsZero() {
		return nil
	}
	known, err := tx.LinksOf(ctx, before, photos, now)
	if err != nil {
		return err
	}
	links, err := tx.LinksOf(ctx, after, photos, now)
	if err != nil {
		return err
	}
	return tx.AnnounceLinks(ctx, slices.DeleteFunc(links, func(l domain.Link) bool {
		return slices.ContainsFunc(known, func(k domain.Link) bool { return k.Kind == l.Kind && k.With == l.With })
	}), now)
}
