package domain

import (
	"slices"
	"time"
)

// Event is one thing that happened, as live clients hear of it. It holds ids and states
// only: a client that may see more asks for it.
type Event struct {
	ID         EventID // given by the feed; later events have greater ids
	Action     Action
	PropertyID PropertyID
	PhotoID    PhotoID // empty unless the event is about a photo
	State      State
	SLALevel   SLALevel // only for sla.step
	At         time.Time
	// OwnerID hears of it; empty where the owner is not told.
	OwnerID UserID
	// Roles hear of it, whoever of them is listening.
	Roles []Role
}

// VisibleTo reports whether the actor may hear of the event.
func (e Event) VisibleTo(a Actor) bool {
	return e.OwnerID != "" && e.OwnerID == a.ID || slices.Contains(e.Roles, a.Role)
}

var (
	reviewers   = []Role{RoleValuer, RoleSupervisor}
	supervisors = []Role{RoleSupervisor}
)

// audiences says who hears of each action: docs/domain.md, "Effects".
var audiences = map[Action]struct {
	owner bool
	roles []Role
}{
	ActionSubmitted:        {true, reviewers},
	ActionWithdrawn:        {true, reviewers},
	ActionClaimed:          {true, reviewers}, // valuers see it leave the queue
	ActionReleased:         {false, reviewers},
	ActionReleasedIdle:     {false, reviewers},
	ActionFollowUpAsked:    {true, reviewers},
	ActionFollowUpReminded: {true, nil},
	ActionFollowUpAnswered: {true, reviewers},
	ActionRejected:         {true, reviewers},
	ActionApproved:         {true, reviewers},
	ActionSignOffAsked:     {false, supervisors},
	ActionSignedOff:        {true, reviewers},
	ActionReturned:         {false, reviewers},
	ActionReportStored:     {true, reviewers},
	ActionReportFailed:     {false, supervisors},
	ActionPhotoInspected:   {true, nil},
	ActionPhotoResolved:    {false, reviewers},
	ActionSLAStep:          {false, reviewers},
}

func (c Change) events(p Property) []Event {
	to, heard := audiences[c.Action]
	if !heard {
		return nil
	}
	e := Event{Action: c.Action, PropertyID: p.ID, PhotoID: c.Photo, State: c.To, At: c.At, Roles: to.roles}
	if to.owner {
		e.OwnerID = p.OwnerID
	}
	if p.SubmittedAt.IsZero() {
		e.Roles = nil // nobody hears of a draft but its owner
	}
	if c.Action == ActionSLAStep {
		e.SLALevel = p.SLA.Alerted
	}
	if e.OwnerID == "" && len(e.Roles) == 0 {
		return nil
	}
	return []Event{e}
}
