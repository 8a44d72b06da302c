package domain

import "slices"

// State is the state that a property is in.
type State string

// The states of a property (docs/domain.md, "A case's life").
const (
	Draft            State = "DRAFT"
	Submitted        State = "SUBMITTED"
	UnderReview      State = "UNDER_REVIEW"
	FollowUpRequired State = "FOLLOW_UP_REQUIRED"
	AwaitingSignOff  State = "AWAITING_SIGN_OFF"
	Approved         State = "APPROVED"
	Valued           State = "VALUED"
	Rejected         State = "REJECTED"
	Withdrawn        State = "WITHDRAWN"
)

// States lists every State.
var States = []State{
	Draft, Submitted, UnderReview, FollowUpRequired, AwaitingSignOff, Approved, Valued, Rejected, Withdrawn,
}

// transitions is the whole state machine: what is not listed here is refused.
var transitions = map[State][]State{
	Draft:            {Submitted, Withdrawn},
	Submitted:        {UnderReview, Withdrawn},
	UnderReview:      {Submitted, FollowUpRequired, Approved, AwaitingSignOff, Rejected, Withdrawn},
	FollowUpRequired: {Submitted, Rejected, Withdrawn},
	AwaitingSignOff:  {Approved, UnderReview, Submitted, Withdrawn},
	Approved:         {Valued},
}

// CanMoveTo reports whether the state machine has a transition from s to next.
func (s State) CanMoveTo(next State) bool { return slices.Contains(transitions[s], next) }

// Final reports whether no transition leaves the state.
func (s State) Final() bool { return len(transitions[s]) == 0 }

// Decided reports whether the case is decided, which stops its SLA clock.
func (s State) Decided() bool {
	return slices.Contains([]State{Approved, Valued, Rejected, Withdrawn}, s)
}

// InReview reports whether the case is with the lender and undecided.
func (s State) InReview() bool {
	return slices.Contains([]State{Submitted, UnderReview, FollowUpRequired, AwaitingSignOff}, s)
}
