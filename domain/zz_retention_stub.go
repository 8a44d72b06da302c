package domain

import "time"

func (p *Property) RetentionEndsAt() time.Time {
	switch {
	case p.DecidedAt.IsZero():
		return time.Time{}
	case p.State == Withdrawn:
		return p.DecidedAt.AddDate(1, 0, 0)
	default:
		return p.DecidedAt.AddDate(7, 0, 0)
	}
}
