package domain

import "time"

// Time limits in the life of a property (docs/domain.md, "A case's life").
const (
	DraftKept        = 30 * 24 * time.Hour // an untouched draft is deleted after this
	ClaimIdle        = 30 * time.Minute    // a claim without a heartbeat is released after this
	FollowUpTTL      = 48 * time.Hour      // the owner's time to answer a follow-up
	FollowUpReminder = 24 * time.Hour      // the owner is reminded of it after this
	ReservationTTL   = 30 * time.Minute    // an answered case is reserved for its valuer this long
)

// Property is one case from draft to signed valuation. Its state is changed only by its methods,
// which enforce the state machine.
type Property struct {
	ID          PropertyID
	OwnerID     UserID
	ExternalRef string    // the loan-origination system's case number, may be empty
	Reference   Reference // empty until submitted
	Type        PropertyType
	State       State
	Details     Details
	// Salt is part of the commitments to this property's details in the audit chain, because
	// without it the details could be guessed from them.
	Salt string

	// FirstPin is the pin at the first submission, nil before.
	FirstPin *Point
	// PinMovedM is the greatest distance in metres that the pin was moved from FirstPin, even if
	// it was set back.
	PinMovedM float64

	SLA         SLAClock
	Claim       *Claim       // who reviews it, in UNDER_REVIEW and AWAITING_SIGN_OFF
	Reservation *Reservation // who may claim it first, in SUBMITTED
	Handovers   []Handover   // of its claims and reservations, oldest first
	FollowUps   []FollowUp   // oldest first; the last one is open in FOLLOW_UP_REQUIRED
	SignOffFlag *SignOffFlag // a valuer's request for a sign-off
	Rejection   *Rejection
	// Valuation is the current version, empty until the property is valued.
	Valuation ValuationID

	CreatedAt   time.Time
	UpdatedAt   time.Time // last change by anyone; drafts are abandoned by it
	SubmittedAt time.Time // first submission, zero before
	ReviewedAt  time.Time // first claim, zero before
	DecidedAt   time.Time // approval, rejection or withdrawal, zero before
	// RestrictedAt is when the owner asked for erasure of the decided case, zero if not.
	RestrictedAt time.Time
	Version      int64
}

// Claim gives one valuer the exclusive right to review a property.
type Claim struct {
	ValuerID    UserID
	ClaimedAt   time.Time
	HeartbeatAt time.Time
}

// Idle reports whether the claim has had no heartbeat for ClaimIdle.
func (c Claim) Idle(now time.Time) bool { return now.Sub(c.HeartbeatAt) >= ClaimIdle }

// Reservation lets one valuer claim a property before all others.
type Reservation struct {
	ValuerID UserID
	Until    time.Time
}

// SignOffFlag is a valuer's request that a supervisor sign this case off.
type SignOffFlag struct {
	By     UserID
	Reason string // 3…500 characters
	At     time.Time
}

// NewProperty opens a draft of the type with the external reference, whatever the change has for
// these two. It returns a KindInvalid error if the type is unknown, the external reference is too
// long, or a detail breaks its rule or is none of the type.
func NewProperty(id PropertyID, owner Actor, kind PropertyType, externalRef string, change DetailsChange, salt string, now time.Time) (Property, Change, error) {
	p := Property{ID: id, OwnerID: owner.ID, State: Draft, Salt: salt, CreatedAt: now, UpdatedAt: now}
	change.Type, change.ExternalRef = &kind, &externalRef
	if err := change.violations(kind, now).Err(); err != nil {
		return Property{}, Change{}, err
	}
	change.apply(&p)
	return p, p.change(ActionCreated, "", owner, now), nil
}

// ExternalRefTaken returns the KindConflict error for a second undecided case of an owner with the
// same external reference. A decided case frees it, because a loan may be asked for again.
func ExternalRefTaken() error {
	return Conflict("external_ref_taken", "another of your open cases has this external reference")
}

// OwnedBy reports whether the property belongs to the user.
func (p Property) OwnedBy(user UserID) bool { return p.OwnerID == user }

// VisibleTo returns a KindNotFound error if the actor may not know that the property exists.
// Users see their own, staff who review also all that were submitted and are not restricted, ADMIN
// no others.
func (p Property) VisibleTo(a Actor) error {
	switch {
	case a.Role == RoleSystem, p.OwnedBy(a.ID):
		return nil
	case a.Role.Reviews() && !p.SubmittedAt.IsZero() && !p.Restricted():
		return nil
	}
	return NotFound("property")
}

// ReviewableBy returns a KindForbidden "own_property" error if the property is the actor's, whatever
// their role, because users may not take part in the review of their own.
func (p Property) ReviewableBy(a Actor) error {
	if p.OwnedBy(a.ID) {
		return Forbidden("own_property", "nobody may review a property that is their own")
	}
	return nil
}

// OpenFollowUp returns the follow-up that the owner must answer, nil if there is none.
func (p *Property) OpenFollowUp() *FollowUp {
	if p.State != FollowUpRequired || len(p.FollowUps) == 0 {
		return nil
	}
	return &p.FollowUps[len(p.FollowUps)-1]
}

// move performs a transition. It returns a KindConflict error if the state machine does not have
// it.
func (p *Property) move(to State, action Action, by Actor, now time.Time) (Change, error) {
	if !p.State.CanMoveTo(to) {
		return Change{}, illegal(p.State, action)
	}
	from := p.State
	p.State, p.UpdatedAt = to, now
	if to.Decided() {
		p.Claim, p.Reservation = nil, nil
	}
	if to.Decided() && p.DecidedAt.IsZero() {
		p.DecidedAt = now
		p.SLA.Stop(now)
	}
	return p.change(action, from, by, now), nil
}

func (p *Property) change(action Action, from State, by Actor, now time.Time) Change {
	return Change{Action: action, From: from, To: p.State, Actor: by, At: now}
}

func illegal(s State, a Action) error {
	return Conflict("illegal_transition", "%s is not possible while the property is %s", a, s)
}

// requireOwner returns a KindForbidden error unless the actor is the property's owner.
func (p *Property) requireOwner(by Actor) error {
	if !p.OwnedBy(by.ID) {
		return Forbidden("not_owner", "only the owner of the property may do this")
	}
	return nil
}

// requireClaim returns an error unless the actor holds the claim.
func (p *Property) requireClaim(action Action, by Actor) error {
	if err := p.ReviewableBy(by); err != nil {
		return err
	}
	if p.State != UnderReview {
		return illegal(p.State, action)
	}
	if p.Claim == nil || p.Claim.ValuerID != by.ID {
		return Conflict("claim_not_held", "you do not hold the claim on this property")
	}
	return nil
}

// RequireClaim returns nil if the actor holds the claim on the property under review. It guards
// everything that a valuer does to parts of the property, such as its photos. Errors:
// KindForbidden "own_property", KindConflict "illegal_transition" and "claim_not_held".
func (p *Property) RequireClaim(action Action, by Actor) error { return p.requireClaim(action, by) }
