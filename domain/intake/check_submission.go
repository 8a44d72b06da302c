package intake

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CheckSubmission asks the evidence gate what keeps a draft from being submitted, or a follow-up
// from being answered. It changes nothing.
type CheckSubmission struct {
	UnitOfWork ports.UnitOfWork
}

// CheckSubmissionInput names the owner's property.
type CheckSubmissionInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// Execute returns what is blocking, nothing if the owner may go on. Errors: KindNotFound
// "property_not_found", KindConflict "illegal_transition" if the property waits for nothing of its
// owner.
func (uc CheckSubmission) Execute(ctx context.Context, in CheckSubmissionInput) ([]domain.Blocking, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Blocking, error) {
		property, err := tx.GetVisible(ctx, in.Actor, in.PropertyID)
		if err != nil {
			return nil, err
		}
		photos, err := tx.Photos.ByProperty(ctx, property.ID)
		if err != nil {
			return nil, err
		}
		agreement, err := tx.Agreement(ctx, in.Actor.ID)
		if err != nil {
			return nil, err
		}
		return property.CheckSubmission(in.Actor, domain.Evidence{Photos: photos, Consented: agreement.Current()})
	})
}
