package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListConsents shows customers the consents that they gave.
type ListConsents struct {
	UnitOfWork ports.UnitOfWork
}

// ListConsentsInput is the customer who asks.
type ListConsentsInput struct {
	Actor domain.Actor
}

// Execute returns the actor's own consents, newest first. Errors: KindUnavailable.
func (uc ListConsents) Execute(ctx context.Context, in ListConsentsInput) ([]domain.Consent, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Consent, error) {
		return tx.Consents.ByUser(ctx, in.Actor.ID)
	})
}
