package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetStaff shows an ADMIN one member of staff.
type GetStaff struct {
	UnitOfWork ports.UnitOfWork
}

// GetStaffInput names the member of staff.
type GetStaffInput struct {
	Actor  domain.Actor
	UserID domain.UserID
}

// Execute returns the member of staff. Errors: KindNotFound "staff_not_found", also if the user
// is a customer, KindUnavailable.
func (uc GetStaff) Execute(ctx context.Context, in GetStaffInput) (domain.User, error) {
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return staffOnly(tx.Users.Get(ctx, in.UserID))
	})
	return user.WithoutSecrets(), err
}

// staffOnly returns KindNotFound "staff_not_found" for a customer too, so that the answer does
// not reveal that there is such a user.
func staffOnly(user domain.User, err error) (domain.User, error) {
	if domain.IsKind(err, domain.KindNotFound) || err == nil && !user.Role.IsStaff() {
		return domain.User{}, domain.NotFound("staff")
	}
	return user, err
}
