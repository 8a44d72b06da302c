package domain

import (
	"slices"
	"time"
)

// Submit hands a draft to the lender: it locks editing, assigns the reference and starts
// the SLA clock. It returns KindForbidden "not_owner", and KindConflict:
// "illegal_transition", or "submission_incomplete" whose fields name everything that is
// missing.
func (p *Property) Submit(by Actor, ref Reference, e Evidence, now time.Time) (Change, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, err
	}
	if p.State != Draft {
		return Change{}, illegal(p.State, ActionSubmitted)
	}
	if err := Gate(GateSubmission, *p, e).err("submission_incomplete", "the property is not ready to submit"); err != nil {
		return Change{}, err
	}
	p.Details.dropForeign(p.Type) // the release before may have accepted them
	p.Reference, p.SubmittedAt = ref, now
	pin := p.Details.Location.Point
	p.FirstPin = &pin
	p.SLA.Start(now)
	change, err := p.move(Submitted, ActionSubmitted, by, now)
	change.Facts = append(change.Facts, Fact{"details", p.Commit(p.Details.canonical())}, Count("photos", len(e.Photos)))
	return change, err
}

// MayAddPhoto returns nil if the owner may add a photo of the subject: in a draft whose type can
// show it, if the open follow-up asks for it, or if the gate needs it because the pin moved or none
// counts. photos are all photos of the property. Those that a valuer refused, and those that the
// photos of a follow-up will replace, do not count against the limit. A case that was handed in with
// more than the limit, because a refusal was taken back since, has its own number as the limit, so
// that its owner can still do what is asked. Errors: KindConflict "property_locked" and
// "too_many_photos", KindInvalid for the type.
func (p *Property) MayAddPhoto(subject Subject, photos []Photo) error {
	open, most := p.OpenFollowUp(), MaxPhotosPerProperty
	if open != nil {
		most = max(most, p.countSubmitted(photos)) + open.count(RetakePhoto) + p.countOutOfReach(photos)
	}
	switch {
	case p.State != Draft && (open == nil || !open.wantsPhoto(subject) && !p.needsPhoto(subject, photos)):
		return Conflict("property_locked", "no photo of this kind can be added while the property is %s", p.State)
	case p.State == Draft && !p.Type.CanShow(subject):
		var v Violations
		v.Require(false, "type", "property_type", "a property of this type has no photos of this type")
		return v.Err()
	case countKept(photos) >= most:
		return Conflict("too_many_photos", "a property has at most %d photos", MaxPhotosPerProperty)
	}
	return nil
}

// CheckSubmission returns what the gate blocks on, for the owner of a draft or of an open
// follow-up. Errors: KindForbidden "not_owner", KindConflict "illegal_transition" in any other
// state.
func (p *Property) CheckSubmission(by Actor, e Evidence) ([]Blocking, error) {
	if err := p.requireOwner(by); err != nil {
		return nil, err
	}
	switch p.State {
	case Draft:
		return Gate(GateSubmission, *p, e).Blocking, nil
	case FollowUpRequired:
		e.Photos = afterReplacement(e.Photos, p.replacements(p.OpenFollowUp().Items, e.Photos))
		return Gate(GateAnswer, *p, e).Blocking, nil
	default:
		return nil, illegal(p.State, ActionSubmitted)
	}
}

// countOutOfReach counts the submitted photos that the present pin puts out of reach: the photos
// that replace them are more than the limit until the follow-up is answered.
func (p *Property) countOutOfReach(photos []Photo) int {
	n := 0
	for _, photo := range photos {
		if p.superseded(photo) {
			n++
		}
	}
	return n
}

// countSubmitted is countKept of the photos that the owner handed in.
func (p *Property) countSubmitted(photos []Photo) int {
	return countKept(slices.DeleteFunc(slices.Clone(photos), p.Unsubmitted))
}

// superseded reports whether a submitted photo stopped being evidence because the pin moved, so
// that its owner may take another although nobody asked for it.
func (p *Property) superseded(photo Photo) bool {
	return photo.ReplacedBy == "" && !p.Unsubmitted(photo) && p.OutOfReach(photo)
}

// needsPhoto reports whether the gate asks for a photo of the subject: to replace one that a move
// of the pin put out of reach, or because none of a required type counts.
func (p *Property) needsPhoto(s Subject, photos []Photo) bool {
	return slices.ContainsFunc(photos, func(photo Photo) bool { return photo.Subject == s && p.superseded(photo) }) ||
		slices.ContainsFunc(p.photosBlocking(GateAnswer, photos), func(b Blocking) bool { return b.Need == s.Type })
}

// countKept counts the photos that no retake has replaced and no valuer refused. A refused one must
// not keep its owner from taking another.
func countKept(photos []Photo) int {
	n := 0
	for _, photo := range photos {
		if photo.ReplacedBy == "" && !photo.Refused() {
			n++
		}
	}
	return n
}

// Unsubmitted reports whether the photo is not yet part of what the owner handed in: the property
// is a draft, or the photo was added since the open follow-up was asked.
func (p Property) Unsubmitted(photo Photo) bool {
	open := p.OpenFollowUp()
	return p.State == Draft || open != nil && photo.CreatedAt.After(open.AskedAt)
}

// PhotoTime returns when a photo that is added now is created: after the open follow-up was asked,
// even in the same instant or if it was asked by a clock that is ahead. A photo from before it counts
// as submitted, and could be neither completed nor removed.
func (p *Property) PhotoTime(now time.Time) time.Time {
	if open := p.OpenFollowUp(); open != nil && !now.After(open.AskedAt) {
		return open.AskedAt.Add(time.Microsecond) // what the database tells apart
	}
	return now
}

// MayCompletePhoto returns nil if the photo's upload may still arrive. Error: KindConflict
// "property_locked" if the case moved on since the photo was announced.
func (p *Property) MayCompletePhoto(photo Photo) error {
	if !p.Unsubmitted(photo) {
		return Conflict("property_locked", "no photo can be added while the property is %s", p.State)
	}
	return nil
}

// MayDeletePhoto returns nil if the owner may remove the photo. Error: KindConflict
// "property_locked".
func (p *Property) MayDeletePhoto(photo Photo) error {
	if !p.Unsubmitted(photo) {
		return Conflict("property_locked", "submitted evidence cannot be removed")
	}
	return nil
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
