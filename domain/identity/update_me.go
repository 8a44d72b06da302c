package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateMe lets users change their own language, and customers their name.
type UpdateMe struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// UpdateMeInput is what the user changes. A nil field stays as it is.
type UpdateMeInput struct {
	Actor    domain.Actor
	Name     *string // 2…100 characters
	Language *domain.Language
}

// Execute returns the changed user. Errors: KindInvalid, KindForbidden "user_disabled", and
// "name_set_by_admin" for the name of a member of staff, KindNotFound "user_not_found", KindUnavailable.
func (uc UpdateMe) Execute(ctx context.Context, in UpdateMeInput) (domain.User, error) {
	now := uc.Clock.Now()
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := tx.Users.Lock(ctx, in.Actor.ID)
		if err != nil {
			return domain.User{}, err
		}
		if user.Disabled {
			return domain.User{}, domain.UserDisabled()
		}
		if err := user.ChangeProfile(in.Name, in.Language, now); err != nil {
			return domain.User{}, err
		}
		err = tx.Users.Update(ctx, &user)
		return user, err
	})
	return user.WithoutSecrets(), err
}
