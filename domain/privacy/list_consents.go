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

// ListConsentsOutput is the history of a customer's consents, and what they add up to.
type ListConsentsOutput struct {
	Consents  []domain.Consent // newest first, withdrawals too
	Agreement domain.Agreement
}

// Execute returns the actor's own consents. Errors: KindUnavailable.
func (uc ListConsents) Execute(ctx context.Context, in ListConsentsInput) (ListConsentsOutput, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (ListConsentsOutput, error) {
		consents, err := tx.Consents.ByUser(ctx, in.Actor.ID)
		return ListConsentsOutput{Consents: consents, Agreement: domain.AgreementOf(consents)}, err
	})
}
