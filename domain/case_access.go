package domain

// CaseAccess is how much of a case its reader may see. The zero value is nothing.
type CaseAccess string

// The degrees of access.
const (
	// AccessForReason is nothing, unless the reader gives a reason, which is logged.
	AccessForReason CaseAccess = ""
	// AccessReading is everything but the originals of the photos.
	AccessReading CaseAccess = "READING"
	// AccessFull is everything that the reader's view of the case has.
	AccessFull CaseAccess = "FULL"
)

// The length of a reason for opening a case, in characters.
const (
	MinCaseReason = 10
	MaxCaseReason = 300
)

// CaseReasonField is the name of the field, a header, by which readers give their reason.
const CaseReasonField = "PropFlow-Reason"

// WorkActions are the actions by which staff work on a case. A claim is none of them, because
// anybody may claim a case of the queue and release it again, and would see it ever after.
var WorkActions = []Action{
	ActionFlagged, ActionFollowUpAsked, ActionRejected, ActionApproved, ActionSignOffAsked, ActionSignedOff, ActionReturned,
	ActionPhotoResolved,
}

// AccessOf returns how much of the case the actor may see without a reason, if they may know of it
// at all (VisibleTo). worked is true if they took one of WorkActions on it.
func (p Property) AccessOf(a Actor, worked bool) CaseAccess {
	switch {
	case p.OwnedBy(a.ID), a.Role == RoleSystem:
		return AccessFull
	case !a.Role.Reviews(), p.Restricted():
		return AccessForReason
	case p.Claim != nil && p.Claim.ValuerID == a.ID, p.State == AwaitingSignOff && a.Role == RoleSupervisor:
		return AccessFull
	case p.State == Submitted, worked:
		return AccessReading
	}
	return AccessForReason
}

// WorkMatters reports whether AccessOf depends on what the actor did on the case.
func (p Property) WorkMatters(a Actor) bool { return p.AccessOf(a, false) != p.AccessOf(a, true) }

// Originals reports whether the access includes the originals of photos.
func (a CaseAccess) Originals() bool { return a == AccessFull }

// Err returns a KindForbidden "reason_required" error if a reason is needed.
func (a CaseAccess) Err() error {
	if a == AccessForReason {
		return Forbidden("reason_required", "this case is not yours to review; give in "+CaseReasonField+" your reason for opening it, which is logged")
	}
	return nil
}

// CheckCaseReason returns a KindInvalid error unless the text is a reason for opening a case.
func CheckCaseReason(reason string) error {
	var v Violations
	v.requireReason(reason, CaseReasonField, MinCaseReason, MaxCaseReason)
	return v.Err()
}
