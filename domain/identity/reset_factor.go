package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ResetFactor takes the second factor of a member of staff away, and issues an enrolment code. Operators
// do so on the database, if no ADMIN can log in. It is not an operation of the API.
type ResetFactor struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	Entropy      ports.Entropy
	PhoneNumbers ports.PhoneNumbers
}

// ResetFactorInput names the member of staff.
type ResetFactorInput struct {
	Phone string // as the operator types it
}

// Execute returns the member of staff with the code, ends their sessions, and sends them an SMS. Errors:
// KindInvalid for the phone, KindNotFound "staff_not_found", KindUnavailable.
func (uc ResetFactor) Execute(ctx context.Context, in ResetFactorInput) (StaffOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return StaffOutput{}, err
	}
	enrolment := newEnrolment(uc.Entropy)
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := staffOnly(tx.Users.ByPhone(ctx, phone))
		if err != nil {
			return domain.User{}, err
		}
		if user, err = tx.Users.Lock(ctx, user.ID); err != nil {
			return domain.User{}, err
		}
		user.PermitEnrolment(enrolment.hash, now)
		if err := tx.Users.Update(ctx, &user); err != nil {
			return domain.User{}, err
		}
		if _, err := tx.Sessions.EndAll(ctx, user.ID, "", domain.EndedByFactor, now); err != nil {
			return domain.User{}, err
		}
		return user, report(ctx, tx, domain.System, user, domain.NoticeFactorReset, "", now)
	})
	if err != nil {
		return StaffOutput{}, err
	}
	return enrolment.added(StaffOutput{User: user}), nil
}
