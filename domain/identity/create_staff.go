package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CreateStaff lets an ADMIN add a member of staff, who enrols a second factor at the first
// login, with the enrolment code that the ADMIN hands over. A SUPERVISOR or ADMIN is only proposed: a second ADMIN must confirm.
type CreateStaff struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	IDs          ports.IDs
	Entropy      ports.Entropy
	PhoneNumbers ports.PhoneNumbers
	OneAdmin     bool // no second ADMIN must confirm
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

// StaffOutput is the member of staff after a change, or the proposal to change them. Its fields are
// those of the user, because earlier releases remember just the user as the result of CreateStaff.
type StaffOutput struct {
	domain.User
	Proposal *domain.Proposal `json:",omitempty"` // nil if no second ADMIN must confirm
	// EnrolmentCode is returned once, for an ADMIN to hand over, and never remembered. It is empty if
	// none was issued.
	EnrolmentCode      string    `json:"-"`
	EnrolmentExpiresAt time.Time `json:"-"` // zero without a code
}

// Execute returns the new member of staff with an enrolment code, or the proposal. The remembered result
// has only the hash of the code, so the answer to a repeated request has no code. Errors: KindInvalid for the phone, the
// address, the name or the role, KindConflict "phone_taken", also if the number is a customer's,
// those of ports.Once, KindUnavailable.
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
	out, err := ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (StaffOutput, error) {
		user, err := domain.NewStaff(domain.UserID(uc.IDs.New()), phone, in.Name, in.Role, now)
		if err != nil {
			return StaffOutput{}, err
		}
		user.Email = email
		if uc.OneAdmin || !user.Role.NeedsSecondAdmin() {
			user.PermitEnrolment(enrolment.hash, now)
			return StaffOutput{User: user}, addStaff(ctx, tx, user, in.Actor, now)
		}
		if _, err := tx.Users.ByPhone(ctx, phone); !domain.IsKind(err, domain.KindNotFound) {
			if err == nil {
				err = domain.PhoneTaken()
			}
			return StaffOutput{}, err
		}
		proposal := domain.ProposeStaff(domain.ProposalID(uc.IDs.New()), in.Actor, user, now)
		return StaffOutput{Proposal: &proposal}, propose(ctx, tx, proposal, in.Actor, now)
	})
	return enrolment.added(out), err
}

// addStaff stores a new member of staff. Errors: KindConflict "phone_taken", KindUnavailable.
func addStaff(ctx context.Context, tx ports.Tx, user domain.User, by domain.Actor, now time.Time) error {
	if err := tx.Users.Add(ctx, user); err != nil {
		return err
	}
	return record(ctx, tx, domain.StaffEvents(domain.User{}, user, by, now)...)
}

// record appends security events.
func record(ctx context.Context, tx ports.Tx, events ...domain.SecurityEvent) error {
	for _, event := range events {
		if err := tx.Security.Append(ctx, event); err != nil {
			return err
		}
	}
	return nil
}
