package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CreateStaff lets an ADMIN add a member of staff, who enrols a second factor at the first
// login, with the enrolment code that the ADMIN hands over.
type CreateStaff struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	IDs          ports.IDs
	Entropy      ports.Entropy
	PhoneNumbers ports.PhoneNumbers
}

// CreateStaffInput describes the new member of staff.
type CreateStaffInput struct {
	Actor domain.Actor
	Key   domain.IdempotencyKey
	Phone string      // as the ADMIN writes it
	Email string      // as the ADMIN writes it; empty for none
	Name  string      // 2…100 characters
	Role  domain.Role // a staff role
}

// Execute returns the new member of staff with an enrolment code. The stored result of the request
// has only the hash of the code, so the answer to a repeated request has no code. Errors: KindInvalid for the phone, the address, the
// name or the role, KindConflict "phone_taken", also if the number is a customer's, those of
// ports.Once, KindUnavailable.
func (uc CreateStaff) Execute(ctx context.Context, in CreateStaffInput) (StaffOutput, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return StaffOutput{}, err
	}
	var email domain.Email
	if in.Email != "" {
		if email, err = domain.ParseEmail(in.Email); err != nil {
			return StaffOutput{}, err
		}
	}
	enrolment := newEnrolment(uc.Entropy)
	user, err := ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		user, err := domain.NewStaff(domain.UserID(uc.IDs.New()), phone, in.Name, in.Role, now)
		if err != nil {
			return domain.User{}, err
		}
		user.Email = email
		user.PermitEnrolment(enrolment.hash, now)
		return user, tx.Users.Add(ctx, user)
	})
	if err != nil {
		return StaffOutput{}, err
	}
	return enrolment.output(user), nil
}
