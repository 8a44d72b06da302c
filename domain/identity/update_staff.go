package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateStaff lets an ADMIN change a member of staff: name, e-mail, role, access, second factor. A
// change that grants SUPERVISOR or ADMIN, or gives it back, is only proposed: a second ADMIN must
// confirm.
type UpdateStaff struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
	Entropy    ports.Entropy
	OneAdmin   bool // no second ADMIN must confirm
}

// UpdateStaffInput is the change of one member of staff.
type UpdateStaffInput struct {
	Actor   domain.Actor
	UserID  domain.UserID
	Version int64 // the one that the ADMIN read
	Change  domain.StaffChange
}

// Execute returns the changed member of staff, with an enrolment code if their second factor was reset, or
// the proposal. A different role, a reset second
// factor or the end of access ends all their sessions in the same transaction. A job of that
// transaction releases the claims and reservations of a user who can no longer review; repeating
// the change enqueues it again.
//
// Errors: KindNotFound "staff_not_found", KindStale, KindInvalid, KindConflict "own_account" and
// "last_admin", KindForbidden "role_not_allowed" if the actor's own access ended meanwhile,
// KindUnavailable.
func (uc UpdateStaff) Execute(ctx context.Context, in UpdateStaffInput) (StaffOutput, error) {
	now := uc.Clock.Now()
	enrolment := newEnrolment(uc.Entropy)
	out, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (StaffOutput, error) {
		user, err := staffOnly(tx.Users.Lock(ctx, in.UserID))
		if err != nil {
			return StaffOutput{}, err
		}
		if user.Version != in.Version {
			return StaffOutput{}, domain.Stale("staff")
		}
		if !uc.OneAdmin && in.Change.Grants(user) {
			proposal, err := domain.ProposeStaffChange(domain.ProposalID(uc.IDs.New()), in.Actor, user, in.Change, now)
			if err != nil {
				return StaffOutput{}, err
			}
			return StaffOutput{Proposal: &proposal}, propose(ctx, tx, proposal, in.Actor, now)
		}
		err = changeStaff(ctx, tx, &user, in.Actor, in.Change, enrolment.hash, now)
		return StaffOutput{User: user}, err
	})
	return enrolment.added(out), err
}

// changeStaff changes a member of staff who is locked, with all that depends on it. If their second factor
// is reset, they may enrol by the code with the hash, if there is one. Errors: as UpdateStaff, but for
// those that it finds before.
func changeStaff(
	ctx context.Context, tx ports.Tx, user *domain.User, by domain.Actor, c domain.StaffChange, enrolmentHash string, now time.Time,
) error {
	before := *user
	if err := user.ChangeStaff(by, c, now); err != nil {
		return err
	}
	if c.ResetTOTP && enrolmentHash != "" {
		user.PermitEnrolment(enrolmentHash, now)
	}
	if before.IsAdmin() && !user.IsAdmin() {
		admins, err := tx.Users.LockAdmins(ctx)
		if err != nil {
			return err
		}
		if err := domain.KeepAnAdmin(admins, by, user.ID); err != nil {
			return err
		}
	}
	if why, ends := endsSessions(*user, before.Role, c); ends {
		if _, err := tx.Sessions.EndAll(ctx, user.ID, "", why, now); err != nil {
			return err
		}
	}
	if err := tx.Users.Update(ctx, user); err != nil {
		return err
	}
	if user.MayReview() != nil && (c.Role != nil || c.Disabled != nil) {
		if err := tx.Jobs.Enqueue(ctx, domain.ReleaseClaims(*user, now)); err != nil {
			return err
		}
	}
	if err := record(ctx, tx, domain.StaffEvents(before, *user, by, now)...); err != nil || !c.ResetTOTP {
		return err
	}
	return report(ctx, tx, by, *user, domain.NoticeFactorReset, "", now)
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
