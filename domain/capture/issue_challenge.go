package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// IssueChallenge permits one photo before it is taken.
type IssueChallenge struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// IssueChallengeInput is what the photo will show.
type IssueChallengeInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
	Subject    domain.Subject
}

// Execute returns the challenge, valid for one photo within domain.ChallengeTTL. Errors:
// KindInvalid, KindNotFound "property_not_found", KindConflict "property_locked",
// "too_many_photos" and "consent_required".
func (uc IssueChallenge) Execute(ctx context.Context, in IssueChallengeInput) (domain.Challenge, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Challenge, error) {
		challenge, err := domain.NewChallenge(domain.ChallengeID(uc.IDs.New()), in.Actor.ID, in.PropertyID, in.Subject, now)
		if err != nil {
			return domain.Challenge{}, err
		}
		property, err := tx.LockOwn(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return domain.Challenge{}, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return domain.Challenge{}, err
		}
		if err := property.MayAddPhoto(in.Subject, photos); err != nil {
			return domain.Challenge{}, err
		}
		if err := tx.RequireConsent(ctx, in.Actor.ID); err != nil {
			return domain.Challenge{}, err
		}
		return challenge, tx.Challenges.Add(ctx, challenge)
	})
}
