package domain

import "time"

// Handover is a supervisor's decision about who reviews a case: a claim or reservation that was
// revoked or reassigned, and why. The reason is kept here, because it may be personal; the audit
// chain has a commitment to it.
type Handover struct {
	By     UserID
	At     time.Time
	From   UserID
	To     UserID // empty if the case became free for all
	Reason string // 3…500 characters
}

// RevokeClaim takes the case from the valuer who has it: the claim ends and the case is in the
// queue again, or the reservation ends. Errors: KindForbidden "own_property" and
// "role_not_allowed", KindConflict "illegal_transition" if no valuer has it, which includes a
// case that awaits sign-off, and KindInvalid without a reason.
func (p *Property) RevokeClaim(by Actor, reason string, now time.Time) (Change, error) {
	from, err := p.requireHolder(ActionClaimRevoked, by, now)
	if err != nil {
		return Change{}, err
	}
	var v Violations
	v.requireReason(reason, "reason", 3, 500)
	if err := v.Err(); err != nil {
		return Change{}, err
	}
	change, err := p.takeFrom(from, by, now)
	if err != nil {
		return Change{}, err
	}
	p.handOver(&change, Handover{By: by.ID, At: now, From: from, Reason: reason})
	return change, nil
}

// ReassignClaim gives the case to another reviewer: a new claim whose heartbeat starts now, or a
// new reservation of ReservationTTL. Errors: as RevokeClaim, and KindInvalid for "valuer_id" if
// the user cannot review this case or has it already.
func (p *Property) ReassignClaim(by Actor, to User, reason string, now time.Time) (Change, error) {
	from, err := p.requireHolder(ActionClaimReassigned, by, now)
	if err != nil {
		return Change{}, err
	}
	var v Violations
	v.Require(to.MayReview() == nil && !p.OwnedBy(to.ID), "valuer_id", "reviewer",
		"must be a valuer or supervisor who has access and does not own the property")
	v.Require(to.ID != from, "valuer_id", "another", "must be another one than the present")
	v.requireReason(reason, "reason", 3, 500)
	if err := v.Err(); err != nil {
		return Change{}, err
	}
	action := ActionReservationMoved
	if p.State == UnderReview {
		action, p.Claim = ActionClaimReassigned, &Claim{ValuerID: to.ID, ClaimedAt: now, HeartbeatAt: now}
	} else {
		p.Reservation = &Reservation{ValuerID: to.ID, Until: now.Add(ReservationTTL)}
	}
	p.UpdatedAt = now
	change := p.change(action, p.State, by, now)
	change.LostBy, change.GivenTo = from, to.ID
	change.Facts = []Fact{{"from_valuer", string(from)}, {factToValuer, string(to.ID)}}
	p.handOver(&change, Handover{By: by.ID, At: now, From: from, To: to.ID, Reason: reason})
	return change, nil
}

// ReleaseFrom takes the case from a valuer who can no longer review. Errors: KindConflict
// "claim_not_held" if the valuer does not have it, or if the user may review after all.
func (p *Property) ReleaseFrom(valuer User, now time.Time) (Change, error) {
	if p.Holder(now) != valuer.ID || valuer.MayReview() == nil {
		return Change{}, Conflict("claim_not_held", "there is no claim or reservation to release")
	}
	return p.takeFrom(valuer.ID, System, now)
}

// Unreserve frees an answered case for all, because the valuer who asked can no longer review.
func (p *Property) Unreserve() { p.Reservation = nil }

// requireHolder returns the valuer who has the case, or why the actor may not decide who has it.
func (p *Property) requireHolder(action Action, by Actor, now time.Time) (UserID, error) {
	if p.OwnedBy(by.ID) {
		return "", Forbidden("own_property", "nobody may decide who reviews a property that is their own")
	}
	if by.Role != RoleSupervisor {
		return "", Forbidden("role_not_allowed", "only supervisors decide who reviews")
	}
	holder := p.Holder(now)
	if holder == "" {
		return "", illegal(p.State, action)
	}
	return holder, nil
}

// takeFrom ends the holder's claim or reservation.
func (p *Property) takeFrom(holder UserID, by Actor, now time.Time) (change Change, err error) {
	if p.State == UnderReview {
		p.Claim = nil
		change, err = p.move(Submitted, ActionClaimRevoked, by, now)
	} else {
		p.Reservation, p.UpdatedAt = nil, now
		change = p.change(ActionReservationEnded, p.State, by, now)
	}
	change.LostBy, change.Facts = holder, []Fact{{"from_valuer", string(holder)}}
	return change, err
}

func (p *Property) handOver(change *Change, h Handover) {
	p.Handovers = append(p.Handovers, h)
	change.Facts = append(change.Facts, Fact{"reason", p.Commit(h.Reason)})
}
