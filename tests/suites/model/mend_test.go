package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
)

// mend has an honest owner do what a follow-up asks and checkSubmission names, and send the answer. It fails
// if that does not succeed, because then the owner is caught: nobody may be.
func (w *world) mend(rt *rapid.T, states ...domain.State) *move {
	k := w.pick(rt, states...)
	if k == nil || !slices.Contains(states, k.State) {
		return nil
	}
	back, at := rapid.Bool().Draw(rt, "set the pin back"), usablePin(rt)
	return &move{what: "mend " + string(k.State), do: func(ctx context.Context) (any, error) {
		err := w.rescue(ctx, k.ID, at, back)
		if raced(ctx) { // the other may have been in the way
			return nil, nil
		}
		return nil, err
	}, after: func(rt *rapid.T, err error) {
		if err != nil {
			rt.Fatalf("the owner is caught: %v; %s", err, w.describe(k.ID))
		}
	}}
}

// rescue leads a draft or an open follow-up to its submission. It returns nil if the time to answer has passed.
func (w *world) rescue(ctx context.Context, id domain.PropertyID, at domain.Location, back bool) error {
	k := w.oracle.now.cases[id]
	if k.ID == "" { // deleted meanwhile
		return nil
	}
	by := owners[slices.IndexFunc(owners, func(a domain.Actor) bool { return a.ID == k.OwnerID })]
	if open := k.OpenFollowUp(); open != nil && !w.Clock.Now().Before(open.DueAt) {
		return nil
	}
	w.Clock.Advance(time.Second)
	h := &honest{w, ctx, by, id, at, back}
	for range 3 * domain.MaxPhotosPerProperty {
		if err := h.doWhatIsAsked(); err != nil {
			return fmt.Errorf("what is asked: %w", err)
		}
		said, err := w.blocking(by, id)
		if err != nil {
			return err
		}
		if len(said) == 0 {
			return h.finish()
		}
		w.tally.blocked(said)
		first := said[0]
		for _, b := range said {
			if b.Code == domain.BlockedConsent { // no pin and no photo is taken in before
				first = b
			}
		}
		if err := h.mend(first); err != nil {
			return fmt.Errorf("%s (%s): %w", first.Code, first.Field, err)
		}
	}
	said, _ := w.blocking(by, id)
	return fmt.Errorf("still blocking: %v", said)
}

// honest is an owner who stands at the property and does as told.
type honest struct {
	w    *world
	ctx  context.Context
	by   domain.Actor
	id   domain.PropertyID
	at   domain.Location // the pin, if it must be corrected
	back bool            // would rather set the pin back, once, than take photos again
}

func (h *honest) kase() kase { return h.w.oracle.now.cases[h.id] }

// doWhatIsAsked corrects the fields and takes the photos that the open follow-up still lacks.
func (h *honest) doWhatIsAsked() error {
	k := h.kase()
	open := k.OpenFollowUp()
	if open == nil {
		return nil
	}
	for i, it := range open.Items {
		var err error
		switch it.Kind {
		case domain.CorrectField:
			if it.CorrectedAt.IsZero() {
				err = h.correct(it.Field)
			}
		case domain.RetakePhoto, domain.AddPhoto:
			if given := answers(h.kase()); i < len(given) && given[i].PhotoID == "" {
				err = h.take(it.Subject)
			}
		case domain.AnswerQuestion:
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// correct gives a field its true value.
func (h *honest) correct(field domain.Field) error {
	var c domain.DetailsChange
	switch field {
	case domain.FieldAddress:
		_, unit, _ := knownAddress(h.kase().Details.Address)
		c.Address = ptr(addresses[0].address(max(unit, 100), false))
	case domain.FieldArea:
		c.AreaSqFt = ptr(1250)
	case domain.FieldBedrooms:
		c.Bedrooms = ptr(2)
	case domain.FieldBathrooms:
		c.Bathrooms = ptr(2)
	case domain.FieldFloor:
		c.Floor = ptr(1)
	case domain.FieldYearBuilt:
		c.YearBuilt = ptr(2011)
	case domain.FieldLocation:
		c.Location = &h.at
	default:
		return fmt.Errorf("nobody can correct %s", field)
	}
	return h.update(c)
}

func (h *honest) update(c domain.DetailsChange) error {
	_, err := h.w.update(h.ctx, h.by, h.id, h.kase().Version, c)
	return err
}

// take takes a photo that passes, at the pin. If the case is full, it removes one that it may.
func (h *honest) take(s domain.Subject) error {
	f := good()
	f.Number, f.Picture, f.Place = len(h.w.files), len(h.w.files), ptr(home.point)
	if pin := h.kase().Details.Location; pin != nil {
		f.Place = ptr(pin.Point)
	}
	h.w.files[f.announced().SHA256] = f
	_, err := h.w.take(h.ctx, h.by, h.id, s, f, "", 3)
	for domain.CodeOf(err) == "too_many_photos" {
		k := h.kase()
		spare := slices.IndexFunc(k.photos, func(p domain.Photo) bool {
			evidence := p.Status == domain.PhotoPassed || p.Status == domain.PhotoFlagged
			needed := p.Subject == s || slices.Contains(needs(k.Type), p.Subject.Type) && !surplus(k, p.Subject)
			return k.Unsubmitted(p) && (!evidence || !needed)
		})
		if spare < 0 {
			return fmt.Errorf("%w; a %v photo is needed", err, s)
		}
		if err := h.w.remove(h.ctx, h.by, h.id, k.photos[spare].ID); err != nil {
			return err
		}
		_, err = h.w.take(h.ctx, h.by, h.id, s, f, "", 3)
	}
	return err
}

// surplus reports whether the owner added more photos of the subject that may be evidence than the
// open follow-up asks for, and than the one that a case may need.
func surplus(k kase, s domain.Subject) bool {
	added, asked := 0, 0
	for _, p := range k.photos {
		if k.Unsubmitted(p) && p.Subject == s && (p.Status == domain.PhotoPassed || p.Status == domain.PhotoFlagged) {
			added++
		}
	}
	if open := k.OpenFollowUp(); open != nil {
		for _, it := range open.Items {
			if it.Subject == s {
				asked++
			}
		}
	}
	return added > max(1, asked)
}

// mend does away with one reason.
func (h *honest) mend(b domain.Blocking) error {
	switch b.Code {
	case domain.BlockedConsent:
		_, err := h.w.agree(h.ctx, h.by)
		return err
	case domain.BlockedAddress, domain.BlockedState, domain.BlockedPincode:
		return h.correct(domain.FieldAddress)
	case domain.BlockedArea:
		return h.correct(domain.FieldArea)
	case domain.BlockedPin, domain.BlockedImprecise:
		return h.correct(domain.FieldLocation)
	case domain.BlockedMissing:
		s := domain.Subject{Type: b.Need}
		if b.Need == domain.PhotoInternal {
			s.Room = domain.RoomLiving
		}
		return h.take(s)
	case domain.BlockedProcessing, domain.BlockedFailed:
		return h.w.remove(h.ctx, h.by, h.id, b.Photo)
	case domain.BlockedTooFar:
		return h.far(b.Photo)
	default:
		return fmt.Errorf("owners cannot mend %s", b.Code)
	}
}

// far sets the pin to where the photo was taken, takes the photo again, or removes it.
func (h *honest) far(id domain.PhotoID) error {
	k := h.kase()
	photo := k.photo(id)
	if photo == nil { // removed meanwhile
		return nil
	}
	truth := h.w.files[photo.Announced.SHA256]
	switch {
	case k.Unsubmitted(*photo):
		return h.w.remove(h.ctx, h.by, h.id, id)
	case h.back:
		h.back = false
		return h.update(domain.DetailsChange{Location: &domain.Location{Point: *truth.Place, AccuracyM: 8}})
	}
	return h.take(photo.Subject)
}

// finish submits or answers.
func (h *honest) finish() error {
	k := h.kase()
	if k.State == domain.Draft {
		_, err := intake.SubmitProperty{UnitOfWork: h.w.uow, Clock: h.w.Clock, IDs: h.w.IDs, Entropy: h.w.Entropy}.Execute(h.ctx, intake.SubmitPropertyInput{Actor: h.by, PropertyID: h.id})
		return err
	}
	_, err := h.w.send(h.ctx, h.by, domain.IdempotencyKey{}, h.id, answers(k))
	return err
}

// album fills a draft with photos to the limit, because owners are caught most easily there.
func (w *world) album(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft)
	if k == nil || k.State != domain.Draft || len(k.photos) >= domain.MaxPhotosPerProperty || !rarely(rt, "really") {
		return nil
	}
	by := owners[slices.IndexFunc(owners, func(a domain.Actor) bool { return a.ID == k.OwnerID })]
	subject := oneOf(rt, "subject", subjects[4:])
	return &move{what: "album", do: func(ctx context.Context) (any, error) {
		h := &honest{w, ctx, by, k.ID, domain.Location{Point: home.point, AccuracyM: 8}, false}
		for range domain.MaxPhotosPerProperty - len(k.photos) {
			if err := h.take(subject); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}}
}

// describe writes out what a stuck owner sees.
func (w *world) describe(id domain.PropertyID) string {
	k := w.oracle.now.cases[id]
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s, pin %+v", k.Type, k.State, k.Details.Location)
	if open := k.OpenFollowUp(); open != nil {
		fmt.Fprintf(&text, ", asked for %+v", open.Items)
	}
	for _, p := range k.photos {
		fmt.Fprintf(&text, "\n%s %v %s %v replaced by %q, unsubmitted: %v, beyond reach: %v", p.ID, p.Subject, p.Status, p.Findings, p.ReplacedBy, k.Unsubmitted(p), k.OutOfReach(p))
	}
	return text.String()
}
