package domain

import "time"

// ShownToOwner reports whether the owner of a case may know that this was done. An action that is
// added later is hidden until it is listed. Those that are hidden reveal a risk or how the lender
// works on the case; none of them changes its state.
func (a Action) ShownToOwner() bool {
	switch a {
	case ActionCreated, ActionEdited, ActionSubmitted, ActionWithdrawn, ActionClaimed, ActionReleased, ActionReleasedIdle,
		ActionFollowUpAsked, ActionFollowUpReminded, ActionFollowUpAnswered, ActionRejected, ActionApproved, ActionSignOffAsked,
		ActionSignedOff, ActionReturned, ActionReportStored, ActionPhotoCreated, ActionPhotoCompleted, ActionPhotoInspected,
		ActionPhotoPlaceJudged, ActionPhotoDeleted, ActionClaimRevoked:
		return true
	case ActionFlagged, // FLAGGED_BY_VALUER
		ActionPhotoResolved, ActionPhotoTakenBack, // EVIDENCE_REFUSED
		ActionClaimReassigned, ActionReservationEnded, ActionReservationMoved,
		ActionLinked, ActionValued, ActionReportFailed, ActionReportRetried, ActionSLAStep,
		ActionRestricted, ActionPurged: // its owner has no login then, or the case is gone
		return false
	}
	return false
}

// OwnerActor is who did something to a case, as its owner sees it.
type OwnerActor string

// The actors. LENDER stands for every member of staff.
const (
	OwnerActorOwner  OwnerActor = "OWNER"
	OwnerActorLender OwnerActor = "LENDER"
	OwnerActorSystem OwnerActor = "SYSTEM"
)

// OwnerAuditEntry is an entry of the audit trail as the owner of the case sees it. It has no facts
// but the photo, and no number or hash: a number would count the entries that are left out, and a
// hash would confirm a guess of the amount that the entry commits to.
type OwnerAuditEntry struct {
	At       time.Time
	Actor    OwnerActor
	Action   Action
	From, To State
	Photo    PhotoID // empty unless it is about a photo
}

// OwnersTrail returns what the owner may see of the entries of their case, in the same order.
func OwnersTrail(owner UserID, entries []AuditEntry) []OwnerAuditEntry {
	var trail []OwnerAuditEntry
	for _, e := range entries {
		if !e.Action.ShownToOwner() {
			continue
		}
		shown := OwnerAuditEntry{At: e.At, Actor: OwnerActorLender, Action: e.Action, From: e.From, To: e.To}
		switch e.ActorID {
		case owner:
			shown.Actor = OwnerActorOwner
		case "":
			shown.Actor = OwnerActorSystem
		}
		for _, f := range e.Facts {
			if f.Name == factPhoto {
				shown.Photo = PhotoID(f.Value)
			}
		}
		trail = append(trail, shown)
	}
	return trail
}
