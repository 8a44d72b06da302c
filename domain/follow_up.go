package domain

import (
	"fmt"
	"slices"
	"time"
)

// FollowUpKind is what a valuer may ask an owner for.
type FollowUpKind string

// The follow-up kinds.
const (
	RetakePhoto    FollowUpKind = "RETAKE_PHOTO"
	AddPhoto       FollowUpKind = "ADD_PHOTO"
	CorrectField   FollowUpKind = "CORRECT_FIELD"
	AnswerQuestion FollowUpKind = "ANSWER_QUESTION"
)

// FollowUpKinds lists every FollowUpKind.
var FollowUpKinds = []FollowUpKind{RetakePhoto, AddPhoto, CorrectField, AnswerQuestion}

// MaxFollowUpItems is the maximum number of items in one follow-up.
const MaxFollowUpItems = 20

// FollowUp is one round of questions to the owner.
type FollowUp struct {
	AskedBy    UserID
	AskedAt    time.Time
	DueAt      time.Time
	RemindedAt time.Time // zero until the reminder went out
	AnsweredAt time.Time // zero until answered
	Items      []FollowUpItem
}

// FollowUpItem is one thing asked for, and its answer once given.
type FollowUpItem struct {
	ID      FollowUpItemID
	Kind    FollowUpKind
	Message string  // 3…500 characters
	PhotoID PhotoID // RETAKE_PHOTO: the photo to take again
	Subject Subject // RETAKE_PHOTO and ADD_PHOTO: what the new photo must show
	Field   Field   // CORRECT_FIELD

	CorrectedAt time.Time // CORRECT_FIELD: when the owner changed the field
	NewPhoto    PhotoID   // RETAKE_PHOTO and ADD_PHOTO: the answer
	Answer      string    // ANSWER_QUESTION: the answer, 1…2000 characters
}

// FollowUpAnswer answers one item: with a new photo, with text, or, for a corrected field,
// by naming the item alone.
type FollowUpAnswer struct {
	ItemID  FollowUpItemID
	PhotoID PhotoID
	Text    string
}

// AskFollowUp sends the case back to its owner, who can change only what the items name. The
// claim ends, and the SLA clock pauses, because it does not count the time spent waiting for the
// owner. photos are all photos of the property. Errors: KindInvalid, and as RequireClaim.
func (p *Property) AskFollowUp(by Actor, items []FollowUpItem, photos []Photo, now time.Time) (Change, error) {
	if err := p.requireClaim(ActionFollowUpAsked, by); err != nil {
		return Change{}, err
	}
	asked := FollowUp{AskedBy: by.ID, AskedAt: now, DueAt: now.Add(FollowUpTTL), Items: slices.Clone(items)}
	if err := asked.check(p.Type, photos).Err(); err != nil {
		return Change{}, err
	}
	change, err := p.move(FollowUpRequired, ActionFollowUpAsked, by, now)
	if err != nil {
		return Change{}, err
	}
	p.SLA.Pause(now)
	p.Claim = nil
	p.FollowUps = append(p.FollowUps, asked)
	kinds := make([]FollowUpKind, len(items))
	for i, it := range items {
		kinds[i] = it.Kind
	}
	change.Facts = append(change.Facts, Count("items", len(items)), names("kinds", kinds))
	return change, nil
}

// check completes the items and returns the rules that they break.
func (f *FollowUp) check(kind PropertyType, photos []Photo) Violations {
	var v Violations
	v.Require(len(f.Items) >= 1 && len(f.Items) <= MaxFollowUpItems, "items", "length", fmt.Sprintf("must be 1 to %d items", MaxFollowUpItems))
	for i := range f.Items {
		it, at := &f.Items[i], fmt.Sprintf("items[%d].", i)
		it.check(&v, at, kind, photos)
		again := it.Kind == RetakePhoto && slices.ContainsFunc(f.Items[:i], func(before FollowUpItem) bool {
			return before.Kind == RetakePhoto && before.PhotoID == it.PhotoID
		})
		v.Require(!again, at+"photo_id", "unique", "is asked for twice")
	}
	v.Require(f.count(AddPhoto) <= max(0, MaxPhotosPerProperty-countKept(photos)), "items", "too_many_photos", fmt.Sprintf("a property has at most %d photos", MaxPhotosPerProperty))
	return v
}

// check completes the item and adds the rules that it breaks to v. It removes any answer, because
// items come from the valuer, and gives a retake the subject of the photo that it replaces.
func (it *FollowUpItem) check(v *Violations, at string, kind PropertyType, photos []Photo) {
	it.CorrectedAt, it.NewPhoto, it.Answer = time.Time{}, "", ""
	v.requireReason(it.Message, at+"message", 3, 500)
	switch it.Kind {
	case RetakePhoto:
		i := slices.IndexFunc(photos, func(p Photo) bool { return p.ID == it.PhotoID && p.ReplacedBy == "" })
		v.Require(i >= 0, at+"photo_id", "exists", "must be a current photo of this property")
		if i >= 0 {
			it.Subject = photos[i].Subject
			v.Require(kind.CanShow(it.Subject), at+"photo_id", "property_type", "a property of this type has no photos of this type")
		}
	case AddPhoto:
		v.Require(it.Subject.Validate() == nil, at+"type", "enum", "must be a photo type, INTERNAL with its room")
		v.Require(kind.CanShow(it.Subject), at+"type", "property_type", "a property of this type has no photos of this type")
	case CorrectField:
		v.Require(slices.Contains(Fields, it.Field), at+"field", "enum", "must be a field that the owner can edit")
		v.Require(kind.CanHave(it.Field), at+"field", "property_type", "a property of this type has none")
	case AnswerQuestion:
	default:
		v.Require(false, at+"kind", "enum", "must be a follow-up kind")
	}
}

// wantsPhoto reports whether the follow-up asks for a photo of the subject.
func (f *FollowUp) wantsPhoto(s Subject) bool {
	return slices.ContainsFunc(f.Items, func(it FollowUpItem) bool {
		return (it.Kind == RetakePhoto || it.Kind == AddPhoto) && it.Subject == s
	})
}

// count returns the number of items of a kind.
func (f *FollowUp) count(kind FollowUpKind) int {
	n := 0
	for _, it := range f.Items {
		if it.Kind == kind {
			n++
		}
	}
	return n
}

// wantsField reports whether the follow-up asks to correct the field.
func (f *FollowUp) wantsField(field Field) bool {
	return slices.ContainsFunc(f.Items, func(it FollowUpItem) bool { return it.Kind == CorrectField && it.Field == field })
}

// markCorrected records that the owner changed the fields.
func (f *FollowUp) markCorrected(fields []Field, now time.Time) {
	for i := range f.Items {
		if f.Items[i].Kind == CorrectField && slices.Contains(fields, f.Items[i].Field) {
			f.Items[i].CorrectedAt = now
		}
	}
}

// AnswerFollowUp returns the case to the queue, reserved for the valuer who asked. Every item
// must be answered, and the case must pass the gate. e has all photos of the property. The map
// has the ids of the photos that are replaced, each with the id of its successor: those that were
// asked for again, and those that a move of the pin put out of reach and that were taken again.
// Errors: KindForbidden "not_owner", KindConflict "illegal_transition", "follow_up_expired" and
// "evidence_incomplete", and KindInvalid naming each item that is not answered.
func (p *Property) AnswerFollowUp(by Actor, answers []FollowUpAnswer, e Evidence, now time.Time) (Change, map[PhotoID]PhotoID, error) {
	if err := p.requireOwner(by); err != nil {
		return Change{}, nil, err
	}
	if p.State != FollowUpRequired {
		return Change{}, nil, illegal(p.State, ActionFollowUpAnswered)
	}
	open := p.OpenFollowUp()
	if !now.Before(open.DueAt) {
		return Change{}, nil, Conflict("follow_up_expired", "the time to answer has passed")
	}
	items, err := open.answered(answers, e.Photos)
	if err != nil {
		return Change{}, nil, err
	}
	replaced := p.replacements(items, e.Photos)
	e.Photos = afterReplacement(e.Photos, replaced)
	if err := Gate(GateAnswer, *p, e).err("evidence_incomplete", "the answer is not ready to send"); err != nil {
		return Change{}, nil, err
	}
	open.Items, open.AnsweredAt = items, now
	valuer := open.AskedBy
	change, err := p.move(Submitted, ActionFollowUpAnswered, by, now)
	if err != nil {
		return Change{}, nil, err
	}
	p.SLA.Resume(now)
	p.Reservation = &Reservation{ValuerID: valuer, Until: now.Add(ReservationTTL)}
	change.Facts = append(change.Facts, Fact{"details", p.Commit(p.Details.canonical())})
	change.Facts = append(change.Facts, open.answeredFacts()...)
	return change, replaced, nil
}

// replacements returns which photos the answered items and the present pin replace.
func (p *Property) replacements(items []FollowUpItem, photos []Photo) map[PhotoID]PhotoID {
	replaced, used := make(map[PhotoID]PhotoID), make(map[PhotoID]bool)
	for _, it := range items {
		used[it.NewPhoto] = true
		if it.Kind == RetakePhoto && it.NewPhoto != "" {
			replaced[it.PhotoID] = it.NewPhoto
		}
	}
	for _, old := range photos {
		if _, done := replaced[old.ID]; done || !p.superseded(old) {
			continue
		}
		i := slices.IndexFunc(photos, func(photo Photo) bool {
			return !used[photo.ID] && photo.Subject == old.Subject && p.Unsubmitted(photo) && p.Counts(GateAnswer, photo)
		})
		if i >= 0 {
			replaced[old.ID], used[photos[i].ID] = photos[i].ID, true
		}
	}
	return replaced
}

// afterReplacement returns the photos as they are once the replaced ones name their successors.
func afterReplacement(photos []Photo, replaced map[PhotoID]PhotoID) []Photo {
	after := slices.Clone(photos)
	for i := range after {
		if successor, ok := replaced[after[i].ID]; ok {
			after[i].ReplacedBy = successor
		}
	}
	return after
}

// answered returns the items with their answers, or a KindInvalid error naming each item that is
// not answered.
func (f *FollowUp) answered(answers []FollowUpAnswer, photos []Photo) ([]FollowUpItem, error) {
	items := slices.Clone(f.Items)
	var v Violations
	for i, a := range answers {
		known := slices.ContainsFunc(items, func(it FollowUpItem) bool { return it.ID == a.ItemID })
		at := fmt.Sprintf("answers[%d].item_id", i)
		v.Require(known, at, "exists", "must be an item of the open follow-up")
		again := slices.ContainsFunc(answers[:i], func(before FollowUpAnswer) bool { return before.ItemID == a.ItemID })
		v.Require(!again, at, "unique", "is answered twice")
	}
	used := make(map[PhotoID]bool)
	for i := range items {
		it := &items[i]
		j := slices.IndexFunc(answers, func(a FollowUpAnswer) bool { return a.ItemID == it.ID })
		if j < 0 {
			v.RequireWords(false, "answers", "required", Words{
				English: "item " + string(it.ID) + " is not answered", Hindi: "प्रश्न " + string(it.ID) + " का उत्तर नहीं दिया गया है",
			})
			continue
		}
		at, a := fmt.Sprintf("answers[%d].", j), answers[j]
		switch it.Kind {
		case RetakePhoto, AddPhoto:
			ok := !used[a.PhotoID] && slices.ContainsFunc(photos, func(p Photo) bool {
				return p.ID == a.PhotoID && p.Subject == it.Subject && p.CreatedAt.After(f.AskedAt) && p.Usable()
			})
			v.Require(ok, at+"photo_id", "photo", "must be a new accepted photo of the type and room asked for")
			it.NewPhoto, used[a.PhotoID] = a.PhotoID, true
		case CorrectField:
			v.Require(!it.CorrectedAt.IsZero(), at+"item_id", "corrected", "correct the field before answering")
		case AnswerQuestion:
			v.requireReason(a.Text, at+"text", 1, 2000)
			it.Answer = a.Text
		}
	}
	return items, v.Err()
}

// answeredFacts names what the owner answered with: the corrected fields, the new photos and the
// number of answers in words.
func (f *FollowUp) answeredFacts() []Fact {
	var fields []Field
	var photos []PhotoID
	for _, it := range f.Items {
		switch it.Kind {
		case CorrectField:
			fields = append(fields, it.Field)
		case RetakePhoto, AddPhoto:
			photos = append(photos, it.NewPhoto)
		case AnswerQuestion:
		}
	}
	return []Fact{names("fields", fields), names("photos", photos), Count("answers", f.count(AnswerQuestion))}
}

// RemindFollowUp marks the reminder as sent, once, if FollowUpReminder has passed and the
// follow-up can still be answered. Error: KindConflict "reminder_not_due".
func (p *Property) RemindFollowUp(now time.Time) (Change, error) {
	open := p.OpenFollowUp()
	if open == nil || !open.RemindedAt.IsZero() || now.Sub(open.AskedAt) < FollowUpReminder || !now.Before(open.DueAt) {
		return Change{}, Conflict("reminder_not_due", "there is no follow-up to remind of")
	}
	open.RemindedAt, p.UpdatedAt = now, now
	return p.change(ActionFollowUpReminded, p.State, System, now), nil
}

// ExpireFollowUp rejects the case if its owner did not answer in time. Error: KindConflict
// "follow_up_not_expired".
func (p *Property) ExpireFollowUp(now time.Time) (Change, error) {
	open := p.OpenFollowUp()
	if open == nil || now.Before(open.DueAt) {
		return Change{}, Conflict("follow_up_not_expired", "there is no follow-up past its time")
	}
	return p.reject(System, RejectedFollowUpExpired, "", now)
}
