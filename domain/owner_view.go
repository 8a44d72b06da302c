package domain

// What the owner of a case may see of it is decided here and in the files owner_*.go:
// owner_action.go, owner_finding.go and owner_comparable.go. The owner never sees ids of staff,
// risks, linked cases or cases of other borrowers, and the amount only after the decision.
// docs/security/owner-views.md lists every field that they get.

// SeenAsOwner reports whether the actor sees the case as its owner does. That is so for everybody
// who does not review, and for staff whose own case it is.
func (p Property) SeenAsOwner(a Actor) bool { return p.OwnedBy(a.ID) || !a.Role.Reviews() }

// OwnersTurn reports whether the owner may edit the case in this state. In other states staff
// change the case too, so that its Version and UpdatedAt would show the owner when they work on it.
func (s State) OwnersTurn() bool { return s == Draft || s == FollowUpRequired }
