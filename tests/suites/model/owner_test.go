package model

import (
	"context"
	"slices"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/domain/review"
)

var (
	types    = []domain.PropertyType{domain.Apartment, domain.House, domain.Land}
	subjects = []domain.Subject{
		{Type: domain.PhotoFront}, {Type: domain.PhotoInternal, Room: domain.RoomKitchen}, {Type: domain.PhotoSide},
		{Type: domain.PhotoInternal, Room: domain.RoomBedroom}, {Type: domain.PhotoAmenity}, {Type: domain.PhotoDocument},
	}
	accuracies = []float64{8, 80, 400, 400, 1500, 0} // metres
)

// details draws what an owner states: mostly the truth.
func (w *world) details(rt *rapid.T) domain.DetailsChange {
	var c domain.DetailsChange
	if often(rt, "address?") {
		a := addresses[0]
		if !often(rt, "usual") {
			a = oneOf(rt, "address", addresses)
		}
		unit := w.units
		if rarely(rt, "taken unit") {
			unit = max(0, unit-1)
		}
		c.Address = ptr(a.address(100+unit, rapid.Bool().Draw(rt, "terse")))
	}
	if often(rt, "area?") {
		c.AreaSqFt = ptr(1100 + below(rt, "area", 256))
	}
	if often(rt, "pin?") {
		c.Location = ptr(pin(rt))
	}
	return c
}

// pin draws a pin: mostly a precise one at home.
func pin(rt *rapid.T) domain.Location {
	at, accuracy := home, accuracies[0]
	if !often(rt, "at home") {
		at = oneOf(rt, "pin", spots)
	}
	if rapid.Bool().Draw(rt, "imprecise") {
		accuracy = oneOf(rt, "accuracy", accuracies)
	}
	return domain.Location{Point: at.point, AccuracyM: accuracy}
}

// usablePin draws a pin that does not block.
func usablePin(rt *rapid.T) domain.Location {
	at := pin(rt)
	if at.AccuracyM == 0 || at.AccuracyM > 1000 {
		at.AccuracyM = 8
	}
	return at
}

func ptr[T any](v T) *T { return &v }

func (w *world) create(rt *rapid.T) *move {
	if len(w.oracle.now.ids) >= 6 {
		return nil
	}
	w.units++
	in := intake.CreatePropertyInput{
		Actor: oneOf(rt, "owner", owners), Type: oneOf(rt, "type", types),
		ExternalRef: externalRef(rt), Details: w.details(rt),
	}
	return call(w, rt, in.Actor, "createProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		in.Key = key
		return intake.CreateProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs, Entropy: w.Entropy}.Execute(ctx, in)
	})
}

func externalRef(rt *rapid.T) string {
	if often(rt, "no ref") {
		return ""
	}
	return oneOf(rt, "ref", []string{"LOS-1", "LOS-2", "LOS-3"})
}

func (w *world) consent(rt *rapid.T) *move {
	by := oneOf(rt, "owner", owners)
	return &move{what: "recordConsent", do: func(ctx context.Context) (any, error) { return w.agree(ctx, by) }}
}

func (w *world) agree(ctx context.Context, by domain.Actor) (domain.Consent, error) {
	return privacy.RecordConsent{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, privacy.RecordConsentInput{
		Actor: by, Version: domain.ConsentVersion, Language: domain.English,
	})
}

func (w *world) edit(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft, domain.FollowUpRequired)
	if k == nil {
		return nil
	}
	c := domain.DetailsChange{Location: ptr(pin(rt))}
	if rapid.Bool().Draw(rt, "more than the pin") {
		c = w.details(rt)
		if k.State == domain.Draft && rarely(rt, "type?") {
			c.Type = ptr(oneOf(rt, "type", types))
		}
		if k.State == domain.Draft && rarely(rt, "ref?") {
			c.ExternalRef = ptr(externalRef(rt))
		}
		if c.AreaSqFt == nil && rarely(rt, "clear?") {
			c.Clear = []domain.Field{domain.FieldArea}
		}
	}
	by, version := w.ownerOf(rt, k), k.Version
	if rarely(rt, "stale") {
		version--
	}
	return &move{what: "updateProperty", do: func(ctx context.Context) (any, error) { return w.update(ctx, by, k.ID, version, c) }}
}

func (w *world) update(ctx context.Context, by domain.Actor, id domain.PropertyID, version int64, c domain.DetailsChange) (intake.UpdatePropertyOutput, error) {
	return intake.UpdateProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, intake.UpdatePropertyInput{
		Actor: by, PropertyID: id, Version: version, Change: c,
	})
}

// blocking asks what keeps the case back.
func (w *world) blocking(by domain.Actor, id domain.PropertyID) ([]domain.Blocking, error) {
	return intake.CheckSubmission{UnitOfWork: w.uow}.Execute(context.Background(), intake.CheckSubmissionInput{Actor: by, PropertyID: id})
}

// submit asks first: the answer of checkSubmission is what submitProperty does.
func (w *world) submit(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft)
	if k == nil {
		return nil
	}
	by := w.ownerOf(rt, k)
	said, asked := w.blocking(by, k.ID)
	m := call(w, rt, by, "submitProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return intake.SubmitProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs, Entropy: w.Entropy}.Execute(ctx, intake.SubmitPropertyInput{
			Actor: by, Key: key, PropertyID: k.ID,
		})
	})
	m.after = func(rt *rapid.T, err error) {
		if asked == nil && k.State == domain.Draft {
			agree(rt, "checkSubmission", said, err)
		}
	}
	return m
}

func (w *world) withdraw(rt *rapid.T) *move {
	k := w.pick(rt, domain.Submitted, domain.UnderReview, domain.AwaitingSignOff, domain.FollowUpRequired)
	if k == nil || !rarely(rt, "really") {
		return nil
	}
	by := w.ownerOf(rt, k)
	return call(w, rt, by, "withdrawProperty", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return intake.WithdrawProperty{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, intake.WithdrawPropertyInput{Actor: by, Key: key, PropertyID: k.ID})
	})
}

func (w *world) deleteDraft(rt *rapid.T) *move {
	k := w.pick(rt, domain.Draft)
	if k == nil || !rarely(rt, "really") {
		return nil
	}
	by := w.ownerOf(rt, k)
	return &move{what: "deleteProperty", do: func(ctx context.Context) (any, error) {
		return nil, intake.DeleteProperty{UnitOfWork: w.uow, Clock: w.Clock}.Execute(ctx, intake.DeletePropertyInput{Actor: by, PropertyID: k.ID})
	}}
}

// reply answers a follow-up with whatever is there, which may not be what it asks for. If every
// item is answered, the answer is what checkSubmission says.
func (w *world) reply(rt *rapid.T) *move {
	k := w.pick(rt, domain.FollowUpRequired)
	if k == nil || k.OpenFollowUp() == nil {
		return nil
	}
	by, answers := w.ownerOf(rt, k), answers(*k)
	said, asked := w.blocking(by, k.ID)
	m := call(w, rt, by, "answerFollowUp", func(ctx context.Context, key domain.IdempotencyKey) (domain.Property, error) {
		return w.send(ctx, by, key, k.ID, answers)
	})
	m.after = func(rt *rapid.T, err error) {
		if asked == nil && (err == nil || domain.CodeOf(err) == "evidence_incomplete") {
			agree(rt, "checkSubmission", said, err)
		}
	}
	return m
}

func (w *world) send(ctx context.Context, by domain.Actor, key domain.IdempotencyKey, id domain.PropertyID, answers []domain.FollowUpAnswer) (domain.Property, error) {
	return review.AnswerFollowUp{UnitOfWork: w.uow, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, review.AnswerFollowUpInput{
		Actor: by, Key: key, PropertyID: id, Answers: answers,
	})
}

// answers returns the best answers that the case has for its follow-up.
func answers(k kase) []domain.FollowUpAnswer {
	open := k.OpenFollowUp()
	if open == nil {
		return nil
	}
	used := make(map[domain.PhotoID]bool)
	var list []domain.FollowUpAnswer
	for _, it := range open.Items {
		a := domain.FollowUpAnswer{ItemID: it.ID, Text: "It is the second one."}
		for _, p := range k.photos {
			fits := p.Subject == it.Subject && p.CreatedAt.After(open.AskedAt) && !used[p.ID]
			if fits && (p.Status == domain.PhotoPassed || p.Status == domain.PhotoFlagged) && p.ReplacedBy == "" {
				a.PhotoID, used[p.ID] = p.ID, true
				break
			}
		}
		list = append(list, a)
	}
	return list
}

// agree fails unless the operation did what the question before it said. Without consent the
// operation names nothing else.
func agree(rt *rapid.T, question string, said []domain.Blocking, err error) {
	lacking := slices.ContainsFunc(said, func(b domain.Blocking) bool { return b.Code == domain.BlockedConsent })
	if lacking && domain.CodeOf(err) == "consent_required" {
		return
	}
	var want, got []string
	for _, b := range said {
		at := b.Field
		if b.Photo != "" {
			at += "." + string(b.Photo)
		}
		want = append(want, string(b.Code)+" "+at)
	}
	if e := errorOf(err); e != nil {
		for _, f := range e.Fields {
			got = append(got, f.Rule+" "+f.Field)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if (err == nil) != (len(want) == 0) || !slices.Equal(want, got) {
		rt.Fatalf("%s said %v, but the answer is %v", question, want, err)
	}
}
