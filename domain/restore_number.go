package domain

import "time"

// NumberProposal is the number that a customer who has none would get, and why. Both are empty once the
// proposal is older than ProposalTTL: they are personal, and it can no longer be confirmed.
type NumberProposal struct {
	Phone  Phone
	Reason string
}

// ProposeNumber proposes to give the number to the user. Errors: KindInvalid for the reason, KindConflict
// "own_account", "customer_erased" and "customer_has_number", KindNotFound "customer_not_found" for staff.
func ProposeNumber(id ProposalID, by Actor, user User, phone Phone, reason string, now time.Time) (Proposal, error) {
	var v Violations
	v.requireReason(reason, "reason", MinCaseReason, MaxCaseReason)
	if err := v.Err(); err != nil {
		return Proposal{}, err
	}
	if by.ID == user.ID {
		return Proposal{}, ownAccount()
	}
	if err := user.lacksNumber(); err != nil {
		return Proposal{}, err
	}
	p := newProposal(id, ProposalRestoreNumber, by, now)
	p.UserID, p.Number = user.ID, &NumberProposal{Phone: phone, Reason: reason}
	return p, nil
}

// lacksNumber returns nil if the user is a customer whose number went to somebody else.
func (u User) lacksNumber() error {
	switch {
	case u.Role != RoleCustomer:
		return NotFound("customer")
	case u.Erased():
		return Conflict("customer_erased", "the customer asked for erasure, which is for good")
	case u.Phone != "":
		return Conflict("customer_has_number", "the customer has a number")
	}
	return nil
}

// GetNumber gives a number to the user, who proved to staff who they are. It counts as used now, so that
// the next login needs no pincode.
func (u *User) GetNumber(phone Phone, now time.Time) {
	u.Phone, u.UpdatedAt = phone, now
	u.LoggedIn(now)
}

// YieldNumber returns nil if an ADMIN may take the number from the user, as far as these cases of theirs
// matter. A customer who began anew with the number and has no case loses nothing by it. Errors: KindConflict
// "phone_taken" for staff and for a disabled user, "number_in_use".
func (u User) YieldNumber(cases []Property) error {
	if u.Role != RoleCustomer || u.Disabled {
		return PhoneTaken()
	}
	for _, p := range cases {
		if p.State != Withdrawn {
			return Conflict("number_in_use", "another customer has this number, and a case")
		}
	}
	return nil
}
