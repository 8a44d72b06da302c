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
	Entropy    ports.Entropy
	Sessions   ports.Sessions
}

// UpdateStaffInput is the change of one member of staff.
type UpdateStaffInput struct {
	Actor   domain.Actor
	UserID  domain.UserID
	Version int64 // the one that the ADMIN read
	Change  domain.StaffChange
}

// Execute returns the changed member of staff, with an enrolment code if their second factor was
// reset. A different role, a reset second factor or the
// end of access ends all their sessions once the change is committed. If only that fails,
// Execute returns the error although the change is committed. Repeating the end of access or
// the reset ends the sessions then; repeating the role does not, as it is no change any more.
// In any case the next refresh of a session checks role and access. A job of the same transaction
// releases the claims and reservations of a user who can no longer review; repeating the change
// enqueues it again.
//
// Errors: KindNotFound "staff_not_found", KindStale, KindInvalid, KindConflict
// "own_account", KindUnavailable.
func (uc UpdateStaff) Execute(ctx context.Context, in UpdateStaffInput) (StaffOutput, error) {
	now := uc.Clock.Now()
	enrolment := newEnrolment(uc.Entropy)
	var logOut bool
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := staffOnly(tx.Users.Lock(ctx, in.UserID))
		if err != nil {
			return domain.User{}, err
		}
		if user.Version != in.Version {
			return domain.User{}, domain.Stale("staff")
		}
		role := user.Role
		if err := user.ChangeStaff(in.Actor, in.Change, now); err != nil {
			return domain.User{}, err
		}
		if in.Change.ResetTOTP {
			user.PermitEnrolment(enrolment.hash, now)
		}
		logOut = user.Disabled || user.Role != role || in.Change.ResetTOTP
		if err := tx.Users.Update(ctx, &user); err != nil {
			return domain.User{}, err
		}
		if user.MayReview() != nil && (in.Change.Role != nil || in.Change.Disabled != nil) {
			err = tx.Jobs.Enqueue(ctx, domain.ReleaseClaims(user, now))
		}
		if err == nil && in.Change.ResetTOTP {
			err = tell(ctx, tx, in.Actor, user, domain.NoticeFactorReset, "", now)
		}
		return user, err
	})
	if err != nil {
		return StaffOutput{}, err
	}
	if logOut {
		if err := uc.Sessions.RevokeAll(ctx, user.ID); err != nil {
			return StaffOutput{}, err
		}
	}
	return enrolment.output(user), nil
}
