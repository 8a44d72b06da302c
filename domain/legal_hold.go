package domain

import "time"

// LegalHold is an order to keep the data of a case, or of a person with all their cases, beyond its
// time: a court's, an authority's, or for a dispute. While one is in force, nothing that it covers is
// purged, and supervisors may read the case although it is restricted.
type LegalHold struct {
	ID         LegalHoldID
	PropertyID PropertyID // the case; empty if it covers a person
	UserID     UserID     // the person; empty if it covers one case
	Reason     string
	PlacedBy   UserID
	PlacedAt   time.Time
	LiftReason string
	LiftedBy   UserID    // empty while in force
	LiftedAt   time.Time // zero while in force
	Version    int64
}

// PlaceHold returns a hold on the case or on the person. It returns a KindInvalid error unless
// exactly one of them is named, or without a reason.
func PlaceHold(id LegalHoldID, by Actor, property PropertyID, user UserID, reason string, now time.Time) (LegalHold, error) {
	var v Violations
	v.Require((property == "") != (user == ""), "property_id", "exclusive", "name a case or a person, not both")
	v.requireReason(reason, "reason", 10, 500)
	if err := v.Err(); err != nil {
		return LegalHold{}, err
	}
	return LegalHold{ID: id, PropertyID: property, UserID: user, Reason: reason, PlacedBy: by.ID, PlacedAt: now}, nil
}

// InForce reports whether the hold was not lifted.
func (h LegalHold) InForce() bool { return h.LiftedAt.IsZero() }

// Lift ends the hold. It returns a KindInvalid error without a reason, and KindConflict
// "hold_lifted" if it was lifted before.
func (h *LegalHold) Lift(by Actor, reason string, now time.Time) error {
	var v Violations
	v.requireReason(reason, "reason", 10, 500)
	if err := v.Err(); err != nil {
		return err
	}
	if !h.InForce() {
		return Conflict("hold_lifted", "the hold was lifted before")
	}
	h.LiftReason, h.LiftedBy, h.LiftedAt = reason, by.ID, now
	return nil
}
