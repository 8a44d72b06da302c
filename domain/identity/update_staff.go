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
// end of access ends all their sessions in the same transaction. A job of that transaction
// releases the claims and reservations of a user who can no longer review; repeating the change
// enqueues it again.
//
// Errors: KindNotFound "staff_not_found", KindStale, KindInvalid, KindConflict
// "own_account", KindUnavailable.
func (uc UpdateStaff) Execute(ctx context.Context, in UpdateStaffInput) (StaffOutput, error) {
	now := uc.Clock.Now()
	enrolment := newEnrolment(uc.Entropy)
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
		if by, ends := endsSessions(user, role, in.Change); ends {
			if _, err := tx.Sessions.EndAll(ctx, user.ID, "", by, now); err != nil {
				return domain.User{}, err
			}
		}
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
	return enrolment.output(user), nil
}

// endsSessions reports whether the change ends all sessions of the user, who had the role before
// it, and why.
func endsSessions(user domain.User, before domain.Role, change domain.StaffChange) (domain.SessionEnd, bool) {
	switch {
	case user.Disabled:
		return domain.EndedByDisable, true
	case user.Role != before:
		return domain.EndedByRole, true
	case change.ResetTOTP:
		return domain.EndedByFactor, true
	}
	return "", false
}
