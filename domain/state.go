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

// steps are the states from which an action leads where, for those that may change what was committed
// to. The others are possible wherever the state machine lets them.
var steps = map[Action]struct{ from, to []State }{
	ActionCreated:          {[]State{""}, []State{Draft}},
	ActionEdited:           {[]State{Draft, FollowUpRequired}, nil},
	ActionSubmitted:        {[]State{Draft}, []State{Submitted}},
	ActionWithdrawn:        {[]State{Draft, Submitted, UnderReview, FollowUpRequired, AwaitingSignOff}, []State{Withdrawn}},
	ActionClaimed:          {[]State{Submitted}, []State{UnderReview}},
	ActionFlagged:          {[]State{UnderReview}, nil},
	ActionFollowUpAsked:    {[]State{UnderReview}, []State{FollowUpRequired}},
	ActionFollowUpReminded: {[]State{FollowUpRequired}, nil},
	ActionFollowUpAnswered: {[]State{FollowUpRequired}, []State{Submitted}},
	ActionRejected:         {[]State{UnderReview, FollowUpRequired}, []State{Rejected}},
	ActionApproved:         {[]State{UnderReview}, []State{Approved}},
	ActionSignOffAsked:     {[]State{UnderReview}, []State{AwaitingSignOff}},
	ActionSignedOff:        {[]State{AwaitingSignOff}, []State{Approved}},
	ActionReturned:         {[]State{AwaitingSignOff}, []State{UnderReview, Submitted}},
	ActionReportStored:     {[]State{Approved}, []State{Valued}},
	ActionReportFailed:     {[]State{Approved}, nil},
	ActionReportRetried:    {[]State{Approved}, nil},
	ActionRestricted:       {[]State{Approved, Valued, Rejected, Withdrawn}, nil},
}

// Possible reports whether the action can lead from the one state to the other.
func (a Action) Possible(from, to State) bool {
	if from != "" && from != to && !from.CanMoveTo(to) {
		return false
	}
	step, listed := steps[a]
	switch {
	case !listed:
		return from != ""
	case step.to == nil:
		return from == to && slices.Contains(step.from, from)
	}
	return slices.Contains(step.from, from) && slices.Contains(step.to, to)
}

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
