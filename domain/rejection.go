package domain

import (
	"slices"
	"time"
)

// RejectionCode is the reason why a property was rejected.
type RejectionCode string

// The rejection codes. Only PropFlow itself gives RejectedFollowUpExpired.
const (
	RejectedInsufficientEvidence RejectionCode = "INSUFFICIENT_EVIDENCE"
	RejectedSuspectedFraud       RejectionCode = "SUSPECTED_FRAUD"
	RejectedIneligible           RejectionCode = "INELIGIBLE_PROPERTY"
	RejectedAddressMismatch      RejectionCode = "ADDRESS_MISMATCH"
	RejectedOther                RejectionCode = "OTHER"
	RejectedFollowUpExpired      RejectionCode = "FOLLOW_UP_EXPIRED"
)

// ValuerRejectionCodes are the codes that a valuer may give.
var ValuerRejectionCodes = []RejectionCode{
	RejectedInsufficientEvidence, RejectedSuspectedFraud, RejectedIneligible, RejectedAddressMismatch, RejectedOther,
}

// Rejection is the decision that a property is not valued.
type Rejection struct {
	Code RejectionCode
	Note string // 3…1000 characters from a valuer, empty from PropFlow itself
	By   UserID
	At   time.Time
}

// Reject ends the case without a valuation. Errors: KindInvalid for the code or the note,
// and as RequireClaim.
func (p *Property) Reject(by Actor, code RejectionCode, note string, now time.Time) (Change, error) {
	if err := p.requireClaim(ActionRejected, by); err != nil {
		return Change{}, err
	}
	var v Violations
	v.Require(slices.Contains(ValuerRejectionCodes, code), "code", "enum", "must be a rejection code")
	v.requireReason(note, "note", 3, 1000)
	if err := v.Err(); err != nil {
		return Change{}, err
	}
	return p.reject(by, code, note, now)
}

func (p *Property) reject(by Actor, code RejectionCode, note string, now time.Time) (Change, error) {
	change, err := p.move(Rejected, ActionRejected, by, now)
	if err != nil {
		return Change{}, err
	}
	p.Rejection = &Rejection{Code: code, Note: note, By: by.ID, At: now}
	change.Facts = append(change.Facts, Fact{"code", string(code)})
	return change, nil
}
