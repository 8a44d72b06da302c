package domain

import (
	"slices"
	"time"
)

// Action is what was done to a property, as audit entries and events name it.
type Action string

// The actions.
const (
	ActionCreated          Action = "property.created"
	ActionEdited           Action = "property.edited"
	ActionSubmitted        Action = "property.submitted"
	ActionWithdrawn        Action = "property.withdrawn"
	ActionClaimed          Action = "review.claimed"
	ActionReleased         Action = "review.released"
	ActionReleasedIdle     Action = "review.released_idle"
	ActionClaimRevoked     Action = "review.claim_revoked"
	ActionClaimReassigned  Action = "review.claim_reassigned"
	ActionFlagged          Action = "review.flagged"
	ActionFollowUpAsked    Action = "review.follow_up_asked"
	ActionFollowUpReminded Action = "review.follow_up_reminded"
	ActionFollowUpAnswered Action = "review.follow_up_answered"
	ActionReservationEnded Action = "review.reservation_ended"
	ActionReservationMoved Action = "review.reservation_moved"
	ActionRejected         Action = "review.rejected"
	ActionValued           Action = "review.valued" // the attempt; its result is approved or sign_off_asked
	ActionApproved         Action = "valuation.approved"
	ActionSignOffAsked     Action = "valuation.sign_off_asked"
	ActionSignedOff        Action = "valuation.signed_off"
	ActionReturned         Action = "valuation.returned"
	ActionReportStored     Action = "report.stored"
	ActionReportFailed     Action = "report.failed"
	ActionReportRetried    Action = "report.retried"
	ActionPhotoCreated     Action = "photo.created"
	ActionPhotoCompleted   Action = "photo.completed"
	ActionPhotoInspected   Action = "photo.inspected"
	ActionPhotoDeleted     Action = "photo.deleted"
	ActionPhotoResolved    Action = "photo.resolved"
	ActionPhotoTakenBack   Action = "photo.resolution_taken_back"
	ActionPhotoPlaceJudged Action = "photo.place_judged"
	ActionSLAStep          Action = "sla.step"
	ActionAdopted          Action = "evidence.adopted"    // commits to what an earlier release had written
	ActionPurged           Action = "property.purged"     // after it, only the audit chain is left
	ActionRestricted       Action = "property.restricted" // the owner asked for erasure
)

// Decides reports whether the action decides the case, which happens once.
func (a Action) Decides() bool {
	return slices.Contains([]Action{ActionApproved, ActionSignedOff, ActionRejected, ActionWithdrawn}, a)
}

// Change is one thing done to a property. From equals To if the state did not change.
type Change struct {
	Action   Action
	From, To State
	Actor    Actor
	At       time.Time
	// Facts go into the audit chain: ids, numbers and commitments, nothing personal.
	Facts []Fact
	// Topic is the topic of the message to the owner, if it is not that of the action.
	Topic Topic
	// Valuation is the valuation that the change concerns, empty if there is none.
	Valuation ValuationID
	// Photo is the photo that the change concerns, empty if there is none.
	Photo PhotoID
	// Cleared are the details that an edit removed because the type cannot have them.
	Cleared []Field
	// LostBy lost the claim or the reservation without their doing, and GivenTo got it. Both are
	// empty in other changes.
	LostBy, GivenTo UserID
	// Milestones are those that the owner reached by it in addition to that of the action.
	Milestones []StepKind
}

// factPhoto is the name of the fact that identifies the photo of an audit entry.
const factPhoto = "photo"

// The names of the facts that commit to the smaller copies of an inspected photo.
const (
	FactThumb   = "thumb_sha256"
	FactDisplay = "display_sha256"
)

// factToValuer is the name of the fact that identifies to whom a claim or a reservation was given.
const factToValuer = "to_valuer"

// factLinked is the name of the fact that lists the cases to which a photo is linked.
const factLinked = "linked"

// PhotoChange sets UpdatedAt and returns the change for what was done to one of the photos.
func (p *Property) PhotoChange(action Action, photo Photo, by Actor, now time.Time, facts ...Fact) Change {
	p.UpdatedAt = now
	c := p.change(action, p.State, by, now)
	c.Photo = photo.ID
	c.Facts = append([]Fact{{factPhoto, string(photo.ID)}}, facts...)
	return c
}

// PhotoJudged sets UpdatedAt and returns the change for the verdict on one of the photos, to which the
// smaller copies belong. all are the property's photos as they are after the verdict.
func (p *Property) PhotoJudged(photo Photo, copies SmallerCopies, all []Photo, now time.Time) Change {
	facts := []Fact{{"sha256", photo.Facts.SHA256}, {"status", string(photo.Status)}}
	if copies != (SmallerCopies{}) {
		facts = append(facts, Fact{FactThumb, copies.Thumb}, Fact{FactDisplay, copies.Display})
	}
	if len(photo.LinkedTo) > 0 {
		facts = append(facts, names(factLinked, photo.LinkedTo))
	}
	c := p.PhotoChange(ActionPhotoInspected, photo, System, now, facts...)
	c.Milestones = photo.milestones(*p, all)
	return c
}

// PlaceJudged returns the change for the verdict on a photo after the pin moved.
func (p *Property) PlaceJudged(photo Photo, now time.Time) Change {
	return p.PhotoChange(ActionPhotoPlaceJudged, photo, System, now, Fact{"status", string(photo.Status)})
}

// SLAChange returns the change for a case that reached a level of urgency.
func (p *Property) SLAChange(level SLALevel, now time.Time) Change {
	c := p.change(ActionSLAStep, p.State, System, now)
	c.Facts = []Fact{{"level", string(level)}}
	return c
}

// Effects is everything that a change causes in addition to the changed values. It is written in
// the transaction of the change, because neither may exist without the other.
type Effects struct {
	Audit         AuditEntry
	Events        []Event
	Notifications []Notification
	Jobs          []Job
	Steps         []Step
}

// Effects returns what a change of the property leaves behind. newID makes the ids of the
// notifications.
func (c Change) Effects(p Property, newID func() string) Effects {
	e := Effects{Audit: AuditEntry{
		PropertyID: p.ID, At: c.At, ActorID: c.Actor.ID, ActorRole: c.Actor.Role,
		Action: c.Action, From: c.From, To: c.To, Facts: c.Facts,
	}}
	e.Events = c.events(p)
	topic := c.Topic
	if topic == "" {
		topic = topicOf[c.Action]
	}
	for _, channel := range topicChannels[topic] {
		n := Notification{
			ID: NotificationID(newID()), Topic: topic, Channel: channel, RecipientID: p.OwnerID,
			PropertyID: p.ID, Status: NotificationPending, CreatedAt: c.At,
		}
		e.Notifications = append(e.Notifications, n)
		e.Jobs = append(e.Jobs, n.Job(c.At))
	}
	e.Jobs = append(e.Jobs, c.jobs(p)...)
	e.Steps = c.steps(p)
	return e
}

func (c Change) jobs(p Property) []Job {
	switch c.Action {
	case ActionApproved, ActionSignedOff, ActionReportRetried:
		return []Job{{Kind: JobRenderReport, Subject: string(c.Valuation), Key: reportJobKey(c), RunAt: c.At}}
	case ActionPhotoCompleted:
		return []Job{{Kind: JobInspectPhoto, Subject: string(c.Photo), Key: string(c.Photo), RunAt: c.At}}
	case ActionPhotoDeleted:
		return []Job{DeleteFiles(PhotoFolder(p.ID, c.Photo), c.At)}
	case ActionPurged:
		return []Job{PurgeFiles(p.ID, c.At)}
	default:
		return nil
	}
}

// reportJobKey returns a key that is unique per approval and per retry, so that a retry makes a
// new job. The time of the change makes the difference.
func reportJobKey(c Change) string {
	return string(c.Valuation) + "@" + c.At.UTC().Format(time.RFC3339Nano)
}
