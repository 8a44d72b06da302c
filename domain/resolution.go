package domain

import "time"

// FlagDecision is a valuer's decision on a photo.
type FlagDecision string

// The decisions on a photo. Only a flagged photo can be accepted; any photo that is evidence can
// be refused.
const (
	FlagAccepted FlagDecision = "ACCEPTED"
	FlagRefused  FlagDecision = "REFUSED"
)

// FlagResolution is a valuer's decision on a photo, with the reason.
type FlagResolution struct {
	Decision FlagDecision
	Reason   string // 3…500 characters
	By       UserID
	At       time.Time
}

// same reports whether both are the same decision, or both none.
func (r *FlagResolution) same(other *FlagResolution) bool {
	if r == nil || other == nil {
		return r == other
	}
	return r.Decision == other.Decision && r.By == other.By && r.At.Equal(other.At)
}

// Usable reports whether the photo may serve as evidence: passed or flagged, not refused
// by a valuer and not replaced.
func (p Photo) Usable() bool {
	return p.ReplacedBy == "" && !p.Refused() && (p.Status == PhotoPassed || p.Status == PhotoFlagged)
}

// Refused reports whether a valuer refused the photo, even if it was replaced since.
func (p Photo) Refused() bool { return p.Resolution != nil && p.Resolution.Decision == FlagRefused }

// Unresolved reports whether a valuer must still accept or refuse the photo.
func (p Photo) Unresolved() bool {
	return p.Status == PhotoFlagged && p.Resolution == nil && p.ReplacedBy == ""
}

// Resolve records the valuer's decision on the photo. It returns KindConflict errors
// "photo_not_flagged" for an acceptance that nothing asks for, "photo_is_no_evidence" for a photo that
// failed, has no verdict yet or was replaced, and "flag_already_resolved", and KindInvalid
// without a reason.
func (p *Photo) Resolve(decision FlagDecision, reason string, by UserID, now time.Time) error {
	var v Violations
	v.Require(decision == FlagAccepted || decision == FlagRefused, "decision", "enum", "must be ACCEPTED or REFUSED")
	v.requireReason(reason, "reason", 3, 500)
	if err := v.Err(); err != nil {
		return err
	}
	switch {
	case p.Resolution != nil:
		return Conflict("flag_already_resolved", "a valuer has already decided on this photo; take that back first")
	case decision == FlagAccepted && p.Status != PhotoFlagged:
		return Conflict("photo_not_flagged", "only a flagged photo can be accepted; this one is %s", p.Status)
	case !p.Usable():
		return Conflict("photo_is_no_evidence", "the photo is no evidence that could be accepted or refused")
	}
	p.Resolution = &FlagResolution{Decision: decision, Reason: reason, By: by, At: now}
	return nil
}

// TakeBackResolution removes the valuer's decision on the photo. The decision on a photo that was
// replaced stays, because a refusal would otherwise leave no trace once the owner has taken the
// photo again. Errors: KindConflict "flag_not_resolved" and "photo_is_no_evidence".
func (p *Photo) TakeBackResolution() error {
	if p.Resolution == nil {
		return Conflict("flag_not_resolved", "there is no decision on this photo to take back")
	}
	if p.ReplacedBy != "" {
		return Conflict("photo_is_no_evidence", "the photo was replaced; the decision on it stays")
	}
	p.Resolution = nil
	return nil
}
