package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// RestoreNumber lets an ADMIN give a number to a customer whose own went to somebody else, and who proved
// to staff who they are, so that they find their cases again. The user of the number reads the cases, so it is
// only proposed: a second ADMIN must confirm.
type RestoreNumber struct {
	UnitOfWork   ports.UnitOfWork
	Clock        ports.Clock
	IDs          ports.IDs
	PhoneNumbers ports.PhoneNumbers
	OneAdmin     bool // no second ADMIN must confirm
}

// RestoreNumberInput is the customer, the number and why it is theirs.
type RestoreNumberInput struct {
	Actor  domain.Actor
	Key    domain.IdempotencyKey
	UserID domain.UserID
	Phone  string // as the ADMIN writes it
	Reason string // domain.MinCaseReason to domain.MaxCaseReason characters
}

// Execute returns the proposal, which is confirmed already if no second ADMIN must do it. Errors:
// KindInvalid for the phone or the reason, KindNotFound "customer_not_found", KindConflict "own_account",
// "customer_erased", "customer_has_number", "phone_taken" and "number_in_use", those of ports.Once,
// KindUnavailable.
func (uc RestoreNumber) Execute(ctx context.Context, in RestoreNumberInput) (domain.Proposal, error) {
	now := uc.Clock.Now()
	phone, err := uc.PhoneNumbers.Parse(in.Phone)
	if err != nil {
		return domain.Proposal{}, err
	}
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Proposal, error) {
		user, err := tx.Users.Lock(ctx, in.UserID)
		if domain.IsKind(err, domain.KindNotFound) {
			err = domain.NotFound("customer")
		}
		if err != nil {
			return domain.Proposal{}, err
		}
		p, err := domain.ProposeNumber(domain.ProposalID(uc.IDs.New()), in.Actor, user, phone, in.Reason, now)
		if err != nil {
			return domain.Proposal{}, err
		}
		if uc.OneAdmin {
			p.Decide(domain.ProposalConfirmed, in.Actor, now)
			if err := restoreNumber(ctx, tx, &user, *p.Number, in.Actor, now); err != nil {
				return domain.Proposal{}, err
			}
			return p, tx.Proposals.Add(ctx, p)
		}
		if _, err := yieldingHolder(ctx, tx, phone); err != nil {
			return domain.Proposal{}, err
		}
		return p, propose(ctx, tx, p, in.Actor, now)
	})
}

// restoreNumber gives the number to the locked user, and takes it from the customer who began anew with it.
// It ends the sessions of both. Errors: KindConflict "phone_taken" and "number_in_use", KindUnavailable.
func restoreNumber(ctx context.Context, tx ports.Tx, user *domain.User, with domain.NumberProposal, by domain.Actor, now time.Time) error {
	holder, err := yieldingHolder(ctx, tx, with.Phone)
	if err != nil {
		return err
	}
	if holder != nil {
		if err := takeNumber(ctx, tx, holder, now); err != nil {
			return err
		}
		taken := domain.SecurityBy(by, domain.SecurityNumberTaken, now)
		taken.TargetID, taken.Detail = holder.ID, string(user.ID)
		if err := record(ctx, tx, taken); err != nil {
			return err
		}
	}
	user.GetNumber(with.Phone, now)
	if err := tx.Users.Update(ctx, user); err != nil {
		return err
	}
	if err := forgetLogins(ctx, tx, user.ID, now); err != nil {
		return err
	}
	restored := domain.SecurityBy(by, domain.SecurityNumberRestored, now)
	restored.TargetID, restored.Detail = user.ID, with.Reason
	return record(ctx, tx, restored)
}

// yieldingHolder locks and returns the user of the number, from whom it may be taken, and nil if there is
// none. Errors: KindConflict "phone_taken" and "number_in_use", KindUnavailable.
func yieldingHolder(ctx context.Context, tx ports.Tx, phone domain.Phone) (*domain.User, error) {
	holder, err := lockByPhone(ctx, tx, phone)
	if domain.IsKind(err, domain.KindNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	page := domain.Page{Limit: 100}
	for {
		cases, err := tx.Properties.ByOwner(ctx, holder.ID, page)
		if err != nil {
			return nil, err
		}
		if err := holder.YieldNumber(cases.Items); err != nil {
			return nil, err
		}
		if cases.Next == (domain.Cursor{}) {
			return &holder, nil
		}
		page.Cursor = cases.Next
	}
}

// takeNumber takes the number from the locked user, without a message. Error: KindUnavailable.
func takeNumber(ctx context.Context, tx ports.Tx, user *domain.User, now time.Time) error {
	user.LoseNumber(now)
	if err := tx.Users.Update(ctx, user); err != nil {
		return err
	}
	return forgetLogins(ctx, tx, user.ID, now)
}

// forgetLogins ends the sessions of a user whose number changed hands, and forgets the devices. Error:
// KindUnavailable.
func forgetLogins(ctx context.Context, tx ports.Tx, user domain.UserID, now time.Time) error {
	if err := tx.Devices.Forget(ctx, user); err != nil {
		return err
	}
	_, err := tx.Sessions.EndAll(ctx, user, "", domain.EndedByNumber, now)
	return err
}
