package ports

import "time"

// Vitals are the few figures from which alarms detect that the product as a whole does not
// keep up with its work.
type Vitals struct {
	// PendingReviews is the number of cases that wait for a valuer.
	PendingReviews int
	// CasesBreached is the number of undecided cases whose SLA clock runs and has passed
	// domain.SLATarget.
	CasesBreached int
	// JobsAvailable is the number of jobs that are due but not running yet.
	JobsAvailable int
	// JobsDead is the number of jobs that were given up and neither requeued nor removed since.
	JobsDead int
	// OldestJob is how long the first due job has waited, or 0 if none waits.
	OldestJob time.Duration
	// OldestNotification is how long the oldest unsent message of the last day has waited, or
	// 0 if none waits.
	OldestNotification time.Duration
	// FailedLogins and Denials are how many there were in the last SecurityWindow: wrong codes and
	// lockouts, and refusals of tokens, roles, origins and rates.
	FailedLogins, Denials int
	// NewAdmins is how many times a user became an ADMIN in the last SecurityWindow.
	NewAdmins int
	// SMSBudgetPercent is how much of the budget of messages is spent, in percent.
	SMSBudgetPercent int
}

// SecurityWindow is the time over which Vitals counts security events.
const SecurityWindow = 5 * time.Minute
