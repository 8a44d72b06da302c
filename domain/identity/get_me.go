package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetMe shows users what is stored about them.
type GetMe struct {
	UnitOfWork ports.UnitOfWork
}

// GetMeInput is the user who asks.
type GetMeInput struct {
	Actor domain.Actor
}

// Execute returns the user without the second factor's secret. Errors: KindNotFound
// "user_not_found", KindUnavailable.
func (uc GetMe) Execute(ctx context.Context, in GetMeInput) (domain.User, error) {
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, in.Actor.ID)
	})
	return user.WithoutSecrets(), err
}
