package intake

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// referenceDraws is how often a reference is drawn before a submission gives up. A day has
// 32^6 references, about a thousand million, so that even a second draw is rare.
const referenceDraws = 5

// SubmitProperty hands a draft to the lender.
type SubmitProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
	Entropy    ports.Entropy
}

// SubmitPropertyInput names the draft to submit.
type SubmitPropertyInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	PropertyID domain.PropertyID
}

// Execute returns the submitted property with its reference. Errors: KindNotFound
// "property_not_found", KindConflict "illegal_transition" and "submission_incomplete" whose
// fields name all that is missing, KindTooMany "too_many_submissions", KindUnavailable "reference_unavailable" if every reference
// drawn was taken, those of ports.Once.
func (uc SubmitProperty) Execute(ctx context.Context, in SubmitPropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	var taken error
	for range referenceDraws {
		reference := domain.NewReference(now, [6]byte(uc.Entropy.Bytes(6)))
		property, err := ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
			return uc.submit(ctx, tx, in, reference, now)
		})
		if domain.CodeOf(err) != "reference_taken" {
			return property, err
		}
		taken = err // the store may have aborted the transaction, so draw again in a new one
	}
	return domain.Property{}, domain.Unavailable("reference", time.Second, taken)
}

func (uc SubmitProperty) submit(ctx context.Context, tx ports.Tx, in SubmitPropertyInput, reference domain.Reference, now time.Time) (domain.Property, error) {
	property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
	if err != nil {
		return domain.Property{}, err
	}
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.Property{}, err
	}
	agreed, err := consented(ctx, tx, in.Actor.ID)
	if err != nil {
		return domain.Property{}, err
	}
	change, err := property.Submit(in.Actor, reference, domain.Evidence{Photos: photos, Consented: agreed}, now)
	if err != nil {
		return domain.Property{}, err
	}
	if err := tx.UseUp(ctx, in.Actor.ID, domain.CustomerUse{Submissions: 1}, now); err != nil {
		return domain.Property{}, err
	}
	if err := tx.Save(ctx, &property, change, uc.IDs); err != nil {
		return domain.Property{}, err
	}
	links, err := tx.LinksOf(ctx, property, photos, now)
	if err != nil {
		return domain.Property{}, err
	}
	return property, tx.AnnounceLinks(ctx, links, now)
}

// consented reports whether the user consented to the notice in force.
func consented(ctx context.Context, tx ports.Tx, user domain.UserID) (bool, error) {
	consents, err := tx.Consents.ByUser(ctx, user)
	return slices.ContainsFunc(consents, func(c domain.Consent) bool { return c.Version == domain.ConsentVersion }), err
}
