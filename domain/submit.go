package domain

import (
	"slices"
	"time"
)

// Submit hands a draft to the lender: it locks editing, assigns the reference and starts
// the SLA clock. It returns KindForbidden "not_owner", and KindConflict:
// "illegal_transition", or "submission_incomplete" whose fields name everything that is
// missing.
func (p *Property) Submit(by Actor, ref Reference, photos []Photo, consented bool, now time.Time) (Change, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, err
	}
	if p.State != Draft {
		return Change{}, illegal(p.State, ActionSubmitted)
	}
	if missing := p.missing(photos, consented); len(missing) > 0 {
		return Change{}, &Error{
			Kind: KindConflict, Code: "submission_incomplete",
			Message: "the property is not ready to submit", Fields: missing,
		}
	}
	p.Details.dropForeign(p.Type) // the release before may have accepted them
	p.Reference, p.SubmittedAt = ref, now
	p.SLA.Start(now)
	change, err := p.move(Submitted, ActionSubmitted, by, now)
	change.Facts = append(change.Facts, Fact{"details", p.Commit(p.Details.canonical())}, Count("photos", len(photos)))
	return change, err
}

func (p *Property) missing(photos []Photo, consented bool) Violations {
	var v Violations
	d := p.Details
	photos = p.Type.Evidence(photos)
	v.Require(d.Address.Complete(), "address", "required", "an address with a 6-digit pincode is needed")
	v.Require(d.AreaSqFt > 0, "area_sqft", "required", "the area is needed")
	v.Require(d.Location != nil, "location", "required", "the property's GPS location is needed")
	for _, need := range p.Type.RequiredPhotos() {
		v.RequireWords(hasUsable(photos, need), "photos", "required", Words{
			English: "at least one accepted " + string(need) + " photo is needed",
			Hindi:   "कम से कम एक स्वीकृत " + need.hindi() + " फ़ोटो ज़रूरी है",
		})
	}
	v.Require(!slices.ContainsFunc(photos, unfinished), "photos", "processing", "a photo is still being uploaded or checked")
	v.Require(!slices.ContainsFunc(photos, needsRetake), "photos", "failed", "a photo failed; remove it or take it again")
	if d.Location != nil {
		// The pin may have been set or moved after the photos were inspected.
		elsewhere := func(p Photo) bool { return p.Usable() && p.TooFar(d.Location.Point) }
		v.Require(!slices.ContainsFunc(photos, elsewhere), "photos", "distance", "a photo was taken too far from the property; remove it or take it again")
	}
	v.Require(consented, "consent", "required", "consent to the current notice is needed")
	return v
}

// PhotosReady reports whether the photos satisfy a submission of this type of property.
func (t PropertyType) PhotosReady(photos []Photo) bool {
	photos = t.Evidence(photos)
	for _, need := range t.RequiredPhotos() {
		if !hasUsable(photos, need) {
			return false
		}
	}
	return !slices.ContainsFunc(photos, unfinished) && !slices.ContainsFunc(photos, needsRetake)
}

func hasUsable(photos []Photo, kind PhotoType) bool {
	return slices.ContainsFunc(photos, func(p Photo) bool { return p.Subject.Type == kind && p.Usable() })
}

func unfinished(p Photo) bool {
	return p.ReplacedBy == "" && (p.Status == PhotoAwaitingUpload || p.Status == PhotoProcessing)
}

func needsRetake(p Photo) bool { return p.ReplacedBy == "" && p.Status == PhotoFailed }

// MayAddPhoto returns nil if the owner may add a photo of the subject: in a draft whose type can
// show it, or if the open follow-up asks for it. existing is the number of photos that no retake has replaced. Those that
// the follow-up asks to retake do not count against the limit, because they will be replaced.
// Errors: KindConflict "property_locked" and "too_many_photos", KindInvalid for the type.
func (p *Property) MayAddPhoto(subject Subject, existing int) error {
	open, most := p.OpenFollowUp(), MaxPhotosPerProperty
	if open != nil {
		most += open.count(RetakePhoto)
	}
	switch {
	case p.State != Draft && (open == nil || !open.wantsPhoto(subject)):
		return Conflict("property_locked", "no photo of this kind can be added while the property is %s", p.State)
	case p.State == Draft && !p.Type.CanShow(subject):
		var v Violations
		v.Require(false, "type", "property_type", "a property of this type has no photos of this type")
		return v.Err()
	case existing >= most:
		return Conflict("too_many_photos", "a property has at most %d photos", MaxPhotosPerProperty)
	}
	return nil
}

// MayDeletePhoto returns nil if the owner may remove the photo: in a draft, or if it was added in
// answer to the open follow-up. Error: KindConflict "property_locked".
func (p *Property) MayDeletePhoto(photo Photo) error {
	open := p.OpenFollowUp()
	if p.State == Draft || open != nil && photo.CreatedAt.After(open.AskedAt) {
		return nil
	}
	return Conflict("property_locked", "submitted evidence cannot be removed")
}

// MayDelete returns nil if the property is a draft, which its owner may delete. Error:
// KindConflict "not_a_draft".
func (p *Property) MayDelete() error {
	if p.State != Draft {
		return Conflict("not_a_draft", "only a draft can be deleted; withdraw a property that is %s", p.State)
	}
	return nil
}

// Abandoned reports whether the property is a draft that was not changed for DraftKept.
func (p *Property) Abandoned(now time.Time) bool {
	return p.State == Draft && now.Sub(p.UpdatedAt) >= DraftKept
}

// Withdraw ends the case at its owner's request, any time before the decision. Errors:
// KindForbidden "not_owner", KindConflict "illegal_transition".
func (p *Property) Withdraw(by Actor, now time.Time) (Change, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, err
	}
	return p.move(Withdrawn, ActionWithdrawn, by, now)
}
