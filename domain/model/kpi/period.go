package kpi

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// MaxPeriod is the longest period that figures are computed for.
const MaxPeriod = 366 * 24 * time.Hour

// Period is a range of time: From included, To excluded.
type Period struct {
	From, To time.Time
}

// Holds reports whether t lies in the period.
func (p Period) Holds(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// NewPeriod returns the period asked for. A zero to is now, and so is one that lies ahead. A
// zero from is the beginning, in India, of the first of the thirty days that end with to's.
// It returns a KindInvalid error where from is not before to, or lies over MaxPeriod
// before it.
func NewPeriod(from, to, now time.Time) (Period, error) {
	if to.IsZero() || to.After(now) {
		to = now
	}
	if from.IsZero() {
		y, m, d := to.In(domain.IST).Date()
		from = time.Date(y, m, d-29, 0, 0, 0, 0, domain.IST)
	}
	var v domain.Violations
	v.Require(from.Before(to), "from", "range", "must lie before the end of the range, and before now")
	v.Require(to.Sub(from) <= MaxPeriod, "to", "range", "must lie at most 366 days after from")
	return Period{From: from.UTC(), To: to.UTC()}, v.Err()
}
