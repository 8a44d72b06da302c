package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// requirePending returns nil if the login has passed its first factor but not its second.
// Error: KindForbidden "second_factor_not_pending".
func requirePending(identity domain.Identity) error {
	if !identity.SecondFactorPending {
		return domain.Forbidden("second_factor_not_pending", "only a login that awaits its second factor may do this")
	}
	return nil
}

// lockPending locks the member of staff whose login awaits its second factor. Errors: as
// requirePending, KindForbidden "user_disabled", KindUnauthenticated "invalid_token" if the
// token's user is gone or not staff.
func lockPending(ctx context.Context, tx ports.Tx, identity domain.Identity) (domain.User, error) {
	if err := requirePending(identity); err != nil {
		return domain.User{}, err
	}
	user, err := tx.Users.Lock(ctx, identity.Actor.ID)
	switch {
	case domain.IsKind(err, domain.KindNotFound), err == nil && !user.Role.IsStaff():
		return domain.User{}, domain.Unauthenticated("invalid_token", "the token is not valid")
	case err != nil:
		return domain.User{}, err
	case user.Disabled:
		return domain.User{}, domain.UserDisabled()
	}
	return user, nil
}
