package domain

import (
	"slices"
	"time"
)

// PrivacyRequestKind is the right that a person uses (DPDP Act 2023, sections 11 to 13).
type PrivacyRequestKind string

// The kinds. A person asks for ERASURE by an operation of its own, which PropFlow carries out by
// itself, so that no ADMIN answers it.
const (
	PrivacyAccess     PrivacyRequestKind = "ACCESS"
	PrivacyCorrection PrivacyRequestKind = "CORRECTION"
	PrivacyErasure    PrivacyRequestKind = "ERASURE"
	PrivacyGrievance  PrivacyRequestKind = "GRIEVANCE"
)

// PrivacyRequestKinds lists every PrivacyRequestKind.
var PrivacyRequestKinds = []PrivacyRequestKind{PrivacyAccess, PrivacyCorrection, PrivacyErasure, PrivacyGrievance}

// PrivacyRequestState is what became of a request.
type PrivacyRequestState string

// The states.
const (
	PrivacyOpen    PrivacyRequestState = "OPEN"
	PrivacyGranted PrivacyRequestState = "GRANTED"
	PrivacyRefused PrivacyRequestState = "REFUSED"
)

// PrivacyRequestStates lists every PrivacyRequestState.
var PrivacyRequestStates = []PrivacyRequestState{PrivacyOpen, PrivacyGranted, PrivacyRefused}

const (
	// GrievanceAnswerWithin is the longest time that rule 14(3) of the DPDP Rules 2025 leaves for
	// the answer to a grievance.
	GrievanceAnswerWithin = 90 * 24 * time.Hour
	// RequestAnswerWithin is the time for the answer to any other request. The law names none;
	// this is the promise of PropFlow's notice.
	RequestAnswerWithin = 30 * 24 * time.Hour
	// MaxOpenPrivacyRequests is how many open requests a person may have.
	MaxOpenPrivacyRequests = 10
)

// PrivacyRequest is what a person asks about their data, in their own words, and the answer.
type PrivacyRequest struct {
	ID         PrivacyRequestID
	UserID     UserID
	Kind       PrivacyRequestKind
	PropertyID PropertyID // the case that it is about, empty if it is about none
	Message    string     // of the person, empty for ERASURE and after it
	State      PrivacyRequestState
	CreatedAt  time.Time
	DueAt      time.Time // of the answer; of ERASURE, of the purge of what the law keeps longest
	Reason     string    // of the answer, for the person to read
	AnsweredAt time.Time // zero while open
	AnsweredBy UserID    // empty while open, and if PropFlow itself answered
	Version    int64
}

// NewPrivacyRequest returns an open request of the person. It returns a KindInvalid error for a kind
// that is not asked for in words, or for a message that is too short or too long.
func NewPrivacyRequest(id PrivacyRequestID, by Actor, kind PrivacyRequestKind, property PropertyID, message string, now time.Time) (PrivacyRequest, error) {
	var v Violations
	v.Require(slices.Contains([]PrivacyRequestKind{PrivacyAccess, PrivacyCorrection, PrivacyGrievance}, kind), "kind", "enum",
		"must be ACCESS, CORRECTION or GRIEVANCE")
	v.requireReason(message, "message", 10, 2000)
	if err := v.Err(); err != nil {
		return PrivacyRequest{}, err
	}
	due := now.Add(RequestAnswerWithin)
	if kind == PrivacyGrievance {
		due = now.Add(GrievanceAnswerWithin)
	}
	return PrivacyRequest{
		ID: id, UserID: by.ID, Kind: kind, PropertyID: property, Message: message, State: PrivacyOpen, CreatedAt: now, DueAt: due,
	}, nil
}

// TooManyPrivacyRequests returns the error of a person who has MaxOpenPrivacyRequests open ones.
func TooManyPrivacyRequests() error {
	return Conflict("too_many_privacy_requests", "you have %d open requests; wait for an answer", MaxOpenPrivacyRequests)
}

// Answer records the ADMIN's answer. It returns a KindInvalid error for an outcome other than
// GRANTED and REFUSED or without a reason, and KindConflict "privacy_request_answered" for a
// request that was answered, and for ERASURE, which PropFlow carries out by itself.
func (r *PrivacyRequest) Answer(by Actor, outcome PrivacyRequestState, reason string, now time.Time) error {
	var v Violations
	v.Require(outcome == PrivacyGranted || outcome == PrivacyRefused, "outcome", "enum", "must be GRANTED or REFUSED")
	v.requireReason(reason, "reason", 10, 2000)
	if err := v.Err(); err != nil {
		return err
	}
	if r.State != PrivacyOpen || r.Kind == PrivacyErasure {
		return Conflict("privacy_request_answered", "the request was answered, or needs no answer")
	}
	r.State, r.Reason, r.AnsweredBy, r.AnsweredAt = outcome, reason, by.ID, now
	return nil
}
