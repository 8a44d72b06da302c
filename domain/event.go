package domain

import (
	"slices"
	"time"
)

// Event is one thing that happened, as it is sent to live clients. It has ids and states only: a
// client that may see more requests it.
type Event struct {
	ID         EventID // assigned by the feed; later events have greater ids
	Action     Action
	PropertyID PropertyID
	PhotoID    PhotoID // empty unless the event is about a photo
	State      State
	SLALevel   SLALevel // only for sla.step
	At         time.Time
	// OwnerID may see the event, empty if the owner may not.
	OwnerID UserID
	// Roles may see the event: every user who has one of them.
	Roles []Role
	// LostBy and GivenTo may see the event, whatever their role: the valuers who lost the claim or
	// the reservation by it without their doing, and who got it. Each may be empty. Other readers
	// do not learn who they are.
	LostBy, GivenTo UserID
}

// ClaimNews is what an event means for a claim or a reservation of its reader.
type ClaimNews string

// The news.
const (
	ClaimLost  ClaimNews = "LOST"
	ClaimGiven ClaimNews = "GIVEN"
)

// VisibleTo reports whether the actor may see the event.
func (e Event) VisibleTo(a Actor) bool {
	return e.OwnerID != "" && e.OwnerID == a.ID || slices.Contains(e.Roles, a.Role) || e.NewsFor(a.ID) != ""
}

// NewsFor returns what the event means for the reader's own claim or reservation, empty if it is
// not about it.
func (e Event) NewsFor(reader UserID) ClaimNews {
	switch {
	case reader == "":
		return ""
	case e.GivenTo == reader:
		return ClaimGiven
	case e.LostBy == reader:
		return ClaimLost
	}
	return ""
}

// SeenAsOwner reports whether the actor sees the event as the owner of the case.
func (e Event) SeenAsOwner(a Actor) bool { return e.OwnerID == a.ID || !a.Role.IsStaff() }

var (
	reviewers   = []Role{RoleValuer, RoleSupervisor}
	supervisors = []Role{RoleSupervisor}
)

// audiences lists who may see the event of an action (docs/domain.md, "Effects"). Other actions
// have no event.
var audiences = map[Action]struct {
	owner bool
	roles []Role
}{
	ActionSubmitted:        {true, reviewers},
	ActionWithdrawn:        {true, reviewers},
	ActionClaimed:          {true, reviewers}, // valuers see it leave the queue
	ActionReleased:         {true, reviewers},
	ActionReleasedIdle:     {true, reviewers},
	ActionClaimRevoked:     {true, reviewers},
	ActionClaimReassigned:  {false, reviewers}, // the state is the same
	ActionFollowUpAsked:    {true, reviewers},
	ActionFollowUpReminded: {true, nil},
	ActionFollowUpAnswered: {true, reviewers},
	ActionReservationEnded: {false, reviewers},
	ActionReservationMoved: {false, reviewers},
	ActionRejected:         {true, reviewers},
	ActionApproved:         {true, reviewers},
	ActionSignOffAsked:     {true, supervisors}, // the owner gets the state, never why
	ActionSignedOff:        {true, reviewers},
	ActionReturned:         {true, reviewers},
	ActionReportStored:     {true, reviewers},
	ActionReportFailed:     {false, supervisors},
	ActionPhotoInspected:   {true, nil},
	ActionPhotoPlaceJudged: {true, nil},
	ActionPhotoResolved:    {false, reviewers},
	ActionPhotoTakenBack:   {false, reviewers},
	ActionSLAStep:          {false, reviewers},
}

func (c Change) events(p Property) []Event {
	to, ok := audiences[c.Action]
	if !ok {
		return nil
	}
	e := Event{
		Action: c.Action, PropertyID: p.ID, PhotoID: c.Photo, State: c.To, At: c.At, Roles: to.roles,
		LostBy: c.LostBy, GivenTo: c.GivenTo,
	}
	if to.owner {
		e.OwnerID = p.OwnerID
	}
	if p.SubmittedAt.IsZero() {
		e.Roles = nil // only its owner may see a draft
	}
	if c.Action == ActionSLAStep {
		e.SLALevel = p.SLA.Alerted
	}
	if e.OwnerID == "" && len(e.Roles) == 0 {
		return nil
	}
	return []Event{e}
}
