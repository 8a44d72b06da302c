package domain

import "time"

// Withdrawal records why a comparable is no evidence any more. A comparable is never deleted,
// because valuations rest on it; one that was withdrawn is not brought back, and its source
// cannot give its number again.
type Withdrawal struct {
	By     UserID
	At     time.Time
	Reason string // 3 to 500 characters
}

// Withdraw takes a wrong comparable out of use. Valuations that rest on it keep it as it was.
// Errors: KindInvalid without a reason, KindConflict "comparable_withdrawn" if it was withdrawn
// before.
func (c *Comparable) Withdraw(by Actor, reason string, now time.Time) error {
	var v Violations
	v.requireReason(reason, "reason", 3, 500)
	if err := v.Err(); err != nil {
		return err
	}
	if c.Withdrawn != nil {
		return ComparableWithdrawn()
	}
	c.Withdrawn = &Withdrawal{By: by.ID, At: now, Reason: reason}
	return nil
}

// ComparableWithdrawn returns the error of a comparable that was withdrawn before.
func ComparableWithdrawn() error {
	return Conflict("comparable_withdrawn", "the comparable was withdrawn and is no evidence any more")
}
