package domain

import "slices"

// claimActions are the actions that need the claim (RequireClaim). A rejection needs it, too, unless
// it is that of a follow-up that nobody answered.
var claimActions = []Action{
	ActionReleased, ActionFlagged, ActionFollowUpAsked, ActionApproved, ActionSignOffAsked, ActionPhotoResolved, ActionPhotoTakenBack,
}

// ClaimHistory returns who has the claim by the audit chain, empty if nobody has it, and the entries of
// what needs the claim whose actor did not have it. The row of the case does not show that: a claim
// that was forged in it is gone once the case is decided.
func ClaimHistory(entries []AuditEntry) (holder UserID, without []AuditEntry) {
	for _, e := range entries {
		if e.needsClaim() && e.ActorID != holder {
			without = append(without, e)
		}
		holder = e.holderAfter(holder)
	}
	return holder, without
}

func (e AuditEntry) needsClaim() bool {
	return slices.Contains(claimActions, e.Action) || e.Action == ActionRejected && e.From != FollowUpRequired
}

// holderAfter returns who has the claim after the entry. Who asked for a sign-off keeps it until the
// answer, and a valuation that is returned to its valuer is returned to the holder.
func (e AuditEntry) holderAfter(holder UserID) UserID {
	switch {
	case e.Action == ActionClaimed:
		return e.ActorID
	case e.Action == ActionClaimReassigned:
		to, _ := e.fact(factToValuer)
		return UserID(to)
	case e.To == UnderReview, e.To == AwaitingSignOff:
		return holder
	}
	return ""
}
