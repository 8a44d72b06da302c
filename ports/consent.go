package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// Agreement returns what a user agrees to now. Errors returned: those of the store.
func (tx Tx) Agreement(ctx context.Context, user domain.UserID) (domain.Agreement, error) {
	consents, err := tx.Consents.ByUser(ctx, user)
	return domain.AgreementOf(consents), err
}

// RequireConsent returns nil if the user agrees to the notice in force, so that a place and photos
// may be taken in until the transaction ends: a withdrawal waits for that. Errors returned:
// KindConflict "consent_required", those of the store.
func (tx Tx) RequireConsent(ctx context.Context, user domain.UserID) error {
	consents, err := tx.Consents.Hold(ctx, user)
	if err != nil {
		return err
	}
	return domain.AgreementOf(consents).Require()
}
