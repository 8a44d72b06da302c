package domain

import "time"

// How long personal data is kept (docs/security/data.md).
const (
	// RetentionDecided is how long a case is kept after a decision on its value, as the lender
	// must be able to account for it.
	RetentionDecided = 7 // years
	// RetentionWithdrawn is how long a withdrawn case is kept: the minimum of rule 8(3) of the
	// Digital Personal Data Protection Rules, 2025.
	RetentionWithdrawn = 1 // year
)

// RetentionEndsAt returns when a decided case must be purged, and zero if the case is not decided.
func (p *Property) RetentionEndsAt() time.Time {
	switch {
	case p.DecidedAt.IsZero():
		return time.Time{}
	case p.State == Withdrawn:
		return p.DecidedAt.AddDate(RetentionWithdrawn, 0, 0)
	default:
		return p.DecidedAt.AddDate(RetentionDecided, 0, 0)
	}
}

// RetentionEnded reports whether the case must be purged by now.
func (p *Property) RetentionEnded(now time.Time) bool {
	end := p.RetentionEndsAt()
	return !end.IsZero() && !now.Before(end)
}

// Purge returns the last change of a case whose retention ended: it leaves the audit chain and
// nothing else. Error: KindConflict "retention_running".
func (p *Property) Purge(now time.Time) (Change, error) {
	if !p.RetentionEnded(now) {
		return Change{}, Conflict("retention_running", "the case must be kept until its retention ends")
	}
	p.UpdatedAt = now
	return p.change(ActionPurged, p.State, System, now), nil
}

// CaseHeld returns the KindConflict error for the purge of a case that a legal hold covers.
func CaseHeld() error { return Conflict("case_held", "a legal hold covers the case") }

// CaseKept returns the KindConflict error for the deletion by its owner of a case that a legal hold
// covers. Its text does not name the hold, which an authority may want to be kept secret.
func CaseKept() error { return Conflict("case_kept", "this case cannot be deleted now") }

// UserHasCases returns the KindConflict error for the removal of a user of whom cases are kept.
func UserHasCases() error {
	return Conflict("user_has_cases", "cases of the user are still kept")
}

// ErasureNotRequested returns the KindConflict error for the removal of a user who did not ask for it.
func ErasureNotRequested() error {
	return Conflict("erasure_not_requested", "the user did not ask for erasure")
}

// PurgeFiles returns the job that removes every version of every object of a property.
func PurgeFiles(property PropertyID, now time.Time) Job {
	return Job{Kind: JobPurgeFiles, Subject: PropertyFolder(property).String(), Key: string(property), RunAt: now}
}

// Expiring is a kind of rows that are deleted, or emptied, once they are old, regardless of whom they are about.
type Expiring string

// The kinds of expiring rows.
const (
	ExpiringChallenges Expiring = "challenges" // of which no photo was made
	ExpiringSteps      Expiring = "steps"      // from which key figures are computed
	ExpiringKeys       Expiring = "keys"       // remembered results of requests
	ExpiringEvents     Expiring = "events"     // of the live feed
	ExpiringDevices    Expiring = "devices"    // from which nobody logs in any more
	ExpiringNumbers    Expiring = "numbers"    // of customers, with the reasons, in proposals, which stay
)

// ExpiringKept is how long rows of each kind are kept.
var ExpiringKept = map[Expiring]time.Duration{
	ExpiringChallenges: 24 * time.Hour,
	ExpiringSteps:      2 * 366 * 24 * time.Hour, // key figures reach back one year, and compare with the one before
	ExpiringKeys:       IdempotencyTTL,
	ExpiringEvents:     7 * 24 * time.Hour,
	ExpiringDevices:    DeviceUnused,
	ExpiringNumbers:    ProposalTTL,
}
