package domain

import "time"

// ClaimFor gives the property to one valuer to review. Errors: KindForbidden "own_property"
// and "role_not_allowed", KindConflict "already_claimed" if it is under review, whoever has the
// claim, "illegal_transition" and "reserved".
func (p *Property) ClaimFor(by Actor, now time.Time) (Change, error) {
	if p.OwnedBy(by.ID) {
		return Change{}, Forbidden("own_property", "nobody may review a property that is their own")
	}
	if !by.Role.Reviews() {
		return Change{}, notReviewer()
	}
	if p.State == UnderReview { // the message names no one, because any reviewer may ask
		return Change{}, Conflict("already_claimed", "the property is claimed already")
	}
	if p.State != Submitted {
		return Change{}, illegal(p.State, ActionClaimed)
	}
	if !p.FreeFor(by.ID, now) {
		return Change{}, Conflict("reserved", "the property waits for the valuer who asked the follow-up")
	}
	first := p.ReviewedAt.IsZero()
	change, err := p.move(UnderReview, ActionClaimed, by, now)
	if err != nil {
		return Change{}, err
	}
	p.Claim, p.Reservation = &Claim{ValuerID: by.ID, ClaimedAt: now, HeartbeatAt: now}, nil
	if first {
		p.ReviewedAt = now
		change.Topic = TopicReviewStarted
	}
	return change, nil
}

// FreeFor reports whether no other valuer has the property reserved.
func (p *Property) FreeFor(valuer UserID, now time.Time) bool {
	r := p.Reservation
	return r == nil || r.ValuerID == valuer || !now.Before(r.Until)
}

// Holder returns the valuer who has the case: by the claim while it is under review, or by a
// reservation that has not expired. It is empty otherwise, also while the case awaits sign-off:
// its claim only records to whom a return would give the case.
func (p *Property) Holder(now time.Time) UserID {
	switch r := p.Reservation; {
	case p.State == UnderReview && p.Claim != nil:
		return p.Claim.ValuerID
	case p.State == Submitted && r != nil && now.Before(r.Until):
		return r.ValuerID
	}
	return ""
}

// Heartbeat keeps the claim alive. Errors: as RequireClaim.
func (p *Property) Heartbeat(by Actor, now time.Time) error {
	if err := p.requireClaim(ActionClaimed, by); err != nil {
		return err
	}
	p.Claim.HeartbeatAt = now
	return nil
}

// Release puts the property back into the queue. Errors: as RequireClaim.
func (p *Property) Release(by Actor, now time.Time) (Change, error) {
	if err := p.requireClaim(ActionReleased, by); err != nil {
		return Change{}, err
	}
	p.Claim = nil
	return p.move(Submitted, ActionReleased, by, now)
}

// ReleaseIdle puts the property back into the queue if its claim is idle. Error: KindConflict
// "claim_alive".
func (p *Property) ReleaseIdle(now time.Time) (Change, error) {
	if p.State != UnderReview || p.Claim == nil || !p.Claim.Idle(now) {
		return Change{}, Conflict("claim_alive", "there is no idle claim to release")
	}
	lostBy := p.Claim.ValuerID
	p.Claim = nil
	change, err := p.move(Submitted, ActionReleasedIdle, System, now)
	change.LostBy = lostBy
	return change, err
}

// Flag asks for a supervisor's sign-off on this case. Errors: KindInvalid without a reason,
// and as RequireClaim.
func (p *Property) Flag(by Actor, reason string, now time.Time) (Change, error) {
	if err := p.requireClaim(ActionFlagged, by); err != nil {
		return Change{}, err
	}
	var v Violations
	v.requireReason(reason, "reason", 3, 500)
	if err := v.Err(); err != nil {
		return Change{}, err
	}
	p.SignOffFlag = &SignOffFlag{By: by.ID, Reason: reason, At: now}
	p.Claim.HeartbeatAt, p.UpdatedAt = now, now
	return p.change(ActionFlagged, p.State, by, now), nil
}
