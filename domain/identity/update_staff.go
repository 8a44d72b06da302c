package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateStaff lets an ADMIN change a member of staff: name, e-mail, role, access, second factor.
type UpdateStaff struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Sessions   ports.Sessions
}

// UpdateStaffInput is the change of one member of staff.
type UpdateStaffInput struct {
	Actor   domain.Actor
	UserID  domain.UserID
	Version int64 // the one that the ADMIN read
	Change  domain.StaffChange
}

// Execute returns the changed member of staff. A role, even the one that they have, a reset
// second factor or the end of access ends all their sessions once the change is committed. If
// only that fails, Execute returns the error although the change is committed, and repeating the
// change ends the sessions. In any case the next refresh of a session checks role and access.
// Who can no longer review loses their claims and reservations by a job of the same transaction.
//
// Errors: KindNotFound "staff_not_found", KindStale, KindInvalid, KindConflict
// "own_account", KindUnavailable.
func (uc UpdateStaff) Execute(ctx context.Context, in UpdateStaffInput) (domain.User, error) {
	now := uc.Clock.Now()
	var logOut bool
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := staffOnly(tx.Users.Lock(ctx, in.UserID))
		if err != nil {
			return domain.User{}, err
		}
		if user.Version != in.Version {
			return domain.User{}, domain.Stale("staff")
		}
		if err := user.ChangeStaff(in.Actor, in.Change, now); err != nil {
			return domain.User{}, err
		}
		logOut = user.Disabled || in.Change.Role != nil || in.Change.ResetTOTP
		if err := tx.Users.Update(ctx, &user); err != nil {
			return domain.User{}, err
		}
		if logOut && user.MayReview() != nil {
			return user, tx.Jobs.Enqueue(ctx, domain.ReleaseClaims(user, now))
		}
		return user, nil
	})
	if err != nil {
		return domain.User{}, err
	}
	if logOut {
		if err := uc.Sessions.RevokeAll(ctx, user.ID); err != nil {
			return domain.User{}, err
		}
	}
	return withoutSecret(user), nil
}
