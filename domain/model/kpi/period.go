package kpi

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// MaxPeriod is the longest period that figures are computed for.
const MaxPeriod = 366 * 24 * time.Hour

// usualPeriod is the period of figures that are asked for without a beginning. It is a fixed time
// rather than a number of days in India, so that figures per day are of whole days at any hour.
const usualPeriod = 30 * 24 * time.Hour

// Period is a range of time: From included, To excluded.
type Period struct {
	From, To time.Time
}

// Holds reports whether t is in the period.
func (p Period) Holds(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// NewPeriod returns the period of the range. If to is zero or in the future, the period ends now.
// If from is zero, it begins usualPeriod before its end. NewPeriod returns a KindInvalid error if from is not before to, or is more than
// MaxPeriod before it.
func NewPeriod(from, to, now time.Time) (Period, error) {
	if to.IsZero() || to.After(now) {
		to = now
	}
	if from.IsZero() {
		from = to.Add(-usualPeriod)
	}
	var v domain.Violations
	v.Require(from.Before(to), "from", "range", "must lie before the end of the range, and before now")
	v.Require(to.Sub(from) <= MaxPeriod, "to", "range", "must lie at most 366 days after from")
	return Period{From: from.UTC(), To: to.UTC()}, v.Err()
}
