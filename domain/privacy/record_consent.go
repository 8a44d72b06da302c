package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RecordConsent records that a customer agrees to the notice in force.
type RecordConsent struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// RecordConsentInput names the notice to which the customer agrees.
type RecordConsentInput struct {
	Actor    domain.Actor
	Key      domain.IdempotencyKey
	Version  string          // of the notice that was shown
	Language domain.Language // in which it was shown
	// Purposes are those agreed to, nil for all. The consent replaces those before it.
	Purposes []domain.Purpose
}

// Execute returns the consent. Errors: KindInvalid if the notice shown is not the one in force
// or there is none in the language, or if VALUATION is not among the purposes, those of ports.Once, KindUnavailable.
func (uc RecordConsent) Execute(ctx context.Context, in RecordConsentInput) (domain.Consent, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Consent, error) {
		consent, err := domain.GiveConsent(domain.ConsentID(uc.IDs.New()), in.Actor.ID, in.Version, in.Language, in.Purposes, now)
		if err != nil {
			return domain.Consent{}, err
		}
		if err := tx.Consents.Add(ctx, consent); err != nil {
			return domain.Consent{}, err
		}
		return consent, record(ctx, tx, in.Actor, consentChanged(consent))
	})
}
