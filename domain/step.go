package domain

import (
	"cmp"
	"slices"
	"time"
)

// StepKind is one milestone in the life of a case, from which the analytics are computed.
type StepKind string

// The steps.
const (
	StepCreated         StepKind = "CREATED"
	StepDetailsComplete StepKind = "DETAILS_COMPLETE"
	StepFirstPhoto      StepKind = "FIRST_PHOTO"
	StepPhotosReady     StepKind = "PHOTOS_READY"
	StepSubmitted       StepKind = "SUBMITTED"
	StepClaimed         StepKind = "CLAIMED"
	StepFollowUp        StepKind = "FOLLOW_UP"
	StepApproved        StepKind = "APPROVED"
	StepRejected        StepKind = "REJECTED"
	StepWithdrawn       StepKind = "WITHDRAWN"
	StepValued          StepKind = "VALUED"
	StepPhotoPassed     StepKind = "PHOTO_PASSED"
	StepPhotoFlagged    StepKind = "PHOTO_FLAGGED"
	StepPhotoFailed     StepKind = "PHOTO_FAILED"
	StepGPSMatched      StepKind = "GPS_MATCHED"
	StepGPSMismatched   StepKind = "GPS_MISMATCHED"
)

// FunnelSteps are the steps of the funnel, in order.
var FunnelSteps = []StepKind{
	StepCreated, StepDetailsComplete, StepFirstPhoto, StepPhotosReady, StepSubmitted, StepClaimed, StepApproved, StepValued,
}

// Step records that a case reached a milestone. A step may recur.
type Step struct {
	Kind       StepKind
	PropertyID PropertyID
	UserID     UserID // who did it, or was given the claim; empty for PropFlow itself
	At         time.Time
}

var stepOf = map[Action]StepKind{
	ActionCreated:       StepCreated,
	ActionPhotoCreated:  StepFirstPhoto,
	ActionSubmitted:     StepSubmitted,
	ActionClaimed:       StepClaimed,
	ActionFollowUpAsked: StepFollowUp,
	ActionApproved:      StepApproved,
	ActionSignedOff:     StepApproved,
	ActionRejected:      StepRejected,
	ActionWithdrawn:     StepWithdrawn,
	ActionReportStored:  StepValued,
	// A reassigned claim is a new one, so that the valuation counts for whom it was given to.
	ActionClaimReassigned: StepClaimed,
}

func (c Change) steps(p Property) []Step {
	var kinds []StepKind
	if kind, ok := stepOf[c.Action]; ok {
		kinds = append(kinds, kind)
	}
	if (c.Action == ActionCreated || c.Action == ActionEdited) && p.State == Draft && p.Details.Complete() {
		kinds = append(kinds, StepDetailsComplete)
	}
	steps := make([]Step, 0, len(kinds)+len(c.Milestones))
	for _, kind := range kinds {
		steps = append(steps, Step{Kind: kind, PropertyID: p.ID, UserID: cmp.Or(c.GivenTo, c.Actor.ID), At: c.At})
	}
	for _, kind := range c.Milestones {
		steps = append(steps, Step{Kind: kind, PropertyID: p.ID, UserID: p.OwnerID, At: c.At})
	}
	return steps
}

var verdictSteps = map[PhotoStatus]StepKind{
	PhotoPassed:  StepPhotoPassed,
	PhotoFlagged: StepPhotoFlagged,
	PhotoFailed:  StepPhotoFailed,
}

// placed reports whether the photo's place was compared with the property's. It returns false for
// documents and for files that could not be decoded, because those are not checked for it.
func (photo Photo) placed() bool {
	return photo.Subject.Type.Traits().Placed && photo.Facts.Fault == NoFault && photo.Place() != nil
}

// milestones returns what the photo's verdict reaches, nothing if it has none. p is its property, and
// all are the property's photos as they are after the verdict.
func (photo Photo) milestones(p Property, all []Photo) []StepKind {
	verdict, judged := verdictSteps[photo.Status]
	if !judged {
		return nil
	}
	reached := []StepKind{verdict}
	if photo.placed() {
		matched := StepGPSMatched
		if slices.Contains(photo.Findings, Finding{FindingTooFar, OutcomeFailed}) {
			matched = StepGPSMismatched
		}
		reached = append(reached, matched)
	}
	if p.PhotosReady(all) {
		reached = append(reached, StepPhotosReady)
	}
	return reached
}
