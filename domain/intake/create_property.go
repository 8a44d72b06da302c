package intake

import (
	"context"
	"encoding/hex"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// saltBytes is the length of a property's salt: 128 random bits.
const saltBytes = 16

// CreateProperty starts a case as a draft.
type CreateProperty struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
	Entropy    ports.Entropy
}

// CreatePropertyInput is what the owner states about the property so far.
type CreatePropertyInput struct {
	Actor       domain.Actor
	Key         domain.IdempotencyKey
	Type        domain.PropertyType
	ExternalRef string // the loan-origination system's case number, at most 64 characters
	Details     domain.DetailsChange
}

// Execute returns the draft. Errors: KindInvalid, KindConflict "external_ref_taken",
// "too_many_drafts", and "consent_required" if it has a location, KindUnauthenticated
// "session_ended" if the owner asked for erasure meanwhile, those of ports.Once.
func (uc CreateProperty) Execute(ctx context.Context, in CreatePropertyInput) (domain.Property, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		if err := tx.UseUp(ctx, in.Actor.ID, domain.CustomerUse{Drafts: 1}, now); err != nil {
			return domain.Property{}, err
		}
		id, salt := domain.PropertyID(uc.IDs.New()), hex.EncodeToString(uc.Entropy.Bytes(saltBytes))
		property, change, err := domain.NewProperty(id, in.Actor, in.Type, in.ExternalRef, in.Details, salt, now)
		if err != nil {
			return domain.Property{}, err
		}
		if property.Details.Location != nil {
			if err := tx.RequireConsent(ctx, in.Actor.ID); err != nil {
				return domain.Property{}, err
			}
		}
		if err := tx.Properties.ReserveExternalRef(ctx, property.OwnerID, property.ExternalRef, id); err != nil {
			return domain.Property{}, err
		}
		if err := tx.Properties.Add(ctx, property); err != nil {
			return domain.Property{}, err
		}
		return property, tx.RecordChange(ctx, property, change, uc.IDs)
	})
}
