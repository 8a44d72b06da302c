package ports

import "time"

// Vitals are the few figures that tell whether the product as a whole keeps up with its work.
// Alarms are set on them.
type Vitals struct {
	// PendingReviews are the cases that wait for a valuer.
	PendingReviews int
	// CasesBreached are the cases without a decision whose running clock passed
	// domain.SLATarget.
	CasesBreached int
	// JobsAvailable are the jobs that are due and that nobody works yet.
	JobsAvailable int
	// JobsDead are the jobs that were given up and neither put back nor forgotten.
	JobsDead int
	// OldestJob is how long the first of the due jobs has waited; 0 where none waits.
	OldestJob time.Duration
	// OldestNotification is how long the first unsent message of the last day has waited; 0
	// where none waits.
	OldestNotification time.Duration
}
