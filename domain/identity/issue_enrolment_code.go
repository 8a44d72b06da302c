package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// IssueEnrolmentCode lets an ADMIN issue a new enrolment code for a member of staff who has not
// enrolled yet, because the earlier one expired or was lost.
type IssueEnrolmentCode struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Entropy    ports.Entropy
}

// IssueEnrolmentCodeInput names the member of staff.
type IssueEnrolmentCodeInput struct {
	Actor  domain.Actor
	UserID domain.UserID
}

// Execute returns the member of staff with the new code. Earlier codes are void. Errors: KindNotFound
// "staff_not_found", KindConflict "totp_already_enrolled" if there is a factor, which only UpdateStaff
// resets, KindUnavailable.
func (uc IssueEnrolmentCode) Execute(ctx context.Context, in IssueEnrolmentCodeInput) (StaffOutput, error) {
	now := uc.Clock.Now()
	enrolment := newEnrolment(uc.Entropy)
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := staffOnly(tx.Users.Lock(ctx, in.UserID))
		if err != nil {
			return domain.User{}, err
		}
		if user.TOTP.Confirmed {
			return domain.User{}, alreadyEnrolled()
		}
		user.PermitEnrolment(enrolment.hash, now)
		if err := tx.Users.Update(ctx, &user); err != nil {
			return domain.User{}, err
		}
		return user, tx.Security.Append(ctx, domain.SecurityEvent{
			At: now, Code: domain.SecurityEnrolmentIssued, ActorID: in.Actor.ID, ActorRole: in.Actor.Role, TargetID: user.ID,
		})
	})
	if err != nil {
		return StaffOutput{}, err
	}
	return enrolment.added(StaffOutput{User: user}), nil
}

func alreadyEnrolled() error {
	return domain.Conflict("totp_already_enrolled", "a second factor is enrolled; an ADMIN can reset it")
}
