package domain

import "time"

// SecurityCode is the stable code of what a security event records.
type SecurityCode string

// The codes of security events. Detail of a refusal is the operation and the code of the error.
const (
	SecurityLogin            SecurityCode = "login"              // tokens were issued
	SecurityLoginFailed      SecurityCode = "login_failed"       // a wrong or expired code
	SecurityLoginDisabled    SecurityCode = "login_disabled"     // a disabled user proved a factor
	SecurityLoginLocked      SecurityCode = "login_locked"       // too many codes asked for or tried
	SecurityLogout           SecurityCode = "logout"             // one session
	SecurityLogoutEverywhere SecurityCode = "logout_everywhere"  // all sessions of the target
	SecuritySessionRevoked   SecurityCode = "session_revoked"    // one session of the target, by its holder, from another session
	SecurityRefreshReused    SecurityCode = "refresh_reused"     // an old refresh token, which ended its session
	SecurityConfirmed        SecurityCode = "identity_confirmed" // the holder of a session proved a factor again
	SecurityTokenRefused     SecurityCode = "token_refused"      // a token that is not valid for the operation
	SecurityTokenExpired     SecurityCode = "token_expired"      // an access token whose time is over, as happens to every session
	SecurityAccessDenied     SecurityCode = "access_denied"      // an operation that the actor may not call
	SecurityRateLimited      SecurityCode = "rate_limited"       // too many requests
	SecurityOriginRefused    SecurityCode = "origin_refused"     // a browser's request from another site

	SecurityNumberReissued SecurityCode = "number_reissued" // a number went from the target to the actor
	SecurityNumberRestored SecurityCode = "number_restored" // an ADMIN gave the target a number; Detail is the reason
	SecurityNumberTaken    SecurityCode = "number_taken"    // an ADMIN took it from the target, who had no case; Detail is the id of who got it

	SecurityStaffCreated      SecurityCode = "staff_created" // Detail is the role
	SecurityStaffRenamed      SecurityCode = "staff_renamed"
	SecurityStaffEmailChanged SecurityCode = "staff_email_changed" // neither address is in the log
	SecurityStaffDisabled     SecurityCode = "staff_disabled"
	SecurityStaffEnabled      SecurityCode = "staff_enabled"
	SecurityRoleGranted       SecurityCode = "role_granted" // Detail is the role
	SecurityRoleChanged       SecurityCode = "role_changed" // Detail is the role
	SecurityProposalMade      SecurityCode = "proposal_made"
	SecurityProposalConfirmed SecurityCode = "proposal_confirmed"
	SecurityProposalWithdrawn SecurityCode = "proposal_withdrawn"

	SecurityEnrolmentIssued   SecurityCode = "enrolment_code_issued" // in place of an earlier one
	SecurityFactorEnrolled    SecurityCode = "factor_enrolled"
	SecurityFactorReset       SecurityCode = "factor_reset"
	SecurityFactorReplayed    SecurityCode = "factor_replayed" // a one-time code that was used before
	SecurityRecoveryCodeUsed  SecurityCode = "recovery_code_used"
	SecurityRecoveryCodesMade SecurityCode = "recovery_codes_made"

	SecuritySettingsChanged SecurityCode = "settings_changed" // Detail is the version now in force

	SecurityComparableCreated   SecurityCode = "comparable_created"   // Detail is its id
	SecurityComparablesImported SecurityCode = "comparables_imported" // Count is how many
	SecurityComparableWithdrawn SecurityCode = "comparable_withdrawn" // Detail is its id

	SecurityOriginalsViewed SecurityCode = "originals_viewed" // photos of somebody else's property, in full
	SecurityReportViewed    SecurityCode = "report_viewed"    // Detail is the id of the valuation
	SecurityCaseViewed      SecurityCode = "case_viewed"      // a case that is not the actor's, for a reason; Detail is the reason, the action, or "privacy_request"

	SecurityEvidenceDiffers SecurityCode = "evidence_differs" // something stored is not what the audit chain commits to; Detail is the error's code

	SecurityDataExported   SecurityCode = "data_exported"
	SecurityErasureAsked   SecurityCode = "erasure_asked"
	SecurityErasureDone    SecurityCode = "erasure_done"
	SecurityConsentChanged SecurityCode = "consent_changed" // Detail is the consent

	SecurityPrivacyAsked    SecurityCode = "privacy_asked"    // Detail is the kind of the request
	SecurityPrivacyAnswered SecurityCode = "privacy_answered" // Detail is the kind and the outcome
	SecurityHoldPlaced      SecurityCode = "hold_placed"      // Detail is the hold
	SecurityHoldLifted      SecurityCode = "hold_lifted"      // Detail is the hold
)

// SecurityCodes lists every SecurityCode.
var SecurityCodes = []SecurityCode{
	SecurityLogin, SecurityLoginFailed, SecurityLoginDisabled, SecurityLoginLocked, SecurityLogout, SecurityLogoutEverywhere,
	SecuritySessionRevoked, SecurityRefreshReused, SecurityConfirmed, SecurityTokenRefused, SecurityTokenExpired, SecurityAccessDenied,
	SecurityRateLimited, SecurityOriginRefused, SecurityNumberReissued, SecurityNumberRestored, SecurityNumberTaken,
	SecurityStaffCreated, SecurityStaffRenamed, SecurityStaffEmailChanged, SecurityStaffDisabled, SecurityStaffEnabled,
	SecurityRoleGranted, SecurityRoleChanged, SecurityProposalMade, SecurityProposalConfirmed, SecurityProposalWithdrawn,
	SecurityEnrolmentIssued, SecurityFactorEnrolled, SecurityFactorReset, SecurityFactorReplayed, SecurityRecoveryCodeUsed, SecurityRecoveryCodesMade,
	SecuritySettingsChanged, SecurityComparableCreated, SecurityComparablesImported, SecurityComparableWithdrawn,
	SecurityOriginalsViewed, SecurityReportViewed, SecurityCaseViewed, SecurityEvidenceDiffers,
	SecurityDataExported, SecurityErasureAsked, SecurityErasureDone, SecurityConsentChanged,
	SecurityPrivacyAsked, SecurityPrivacyAnswered, SecurityHoldPlaced, SecurityHoldLifted,
}

// The codes that alarms count.
var (
	// SecurityFailures are failed logins.
	SecurityFailures = []SecurityCode{SecurityLoginFailed, SecurityLoginDisabled, SecurityLoginLocked, SecurityFactorReplayed}
	// SecurityDenials are refusals of what was asked for.
	SecurityDenials = []SecurityCode{SecurityTokenRefused, SecurityAccessDenied, SecurityRateLimited, SecurityOriginRefused, SecurityRefreshReused}
	// SecurityGrants are the codes by which a user gets the role in Detail.
	SecurityGrants = []SecurityCode{SecurityRoleGranted}
)

// SecurityRetention is how long security events are kept at least. They are purged by month.
const SecurityRetention = 400 * 24 * time.Hour

// SecurityPerClient is how many failures and denials of one client have rows of their own in a
// minute. Further ones are counted in one row for each code.
const SecurityPerClient = 20

// SecurityCounted is the Detail of a row in which events were counted.
const SecurityCounted = "counted"

// MaxSecurityDetail is the maximum length of the Detail of a SecurityEvent, in characters.
const MaxSecurityDetail = 400

// SecurityEvent is one row of the security log: who did, or was refused, what. It has ids and codes,
// and of CaseViewed the reason, which must name nobody, because the log outlives the erasure of a
// person.
type SecurityEvent struct {
	ID        SecurityEventID
	At        time.Time
	Code      SecurityCode
	ActorID   UserID // empty if nobody has logged in
	ActorRole Role
	TargetID  UserID // the user whose access or data it is about
	// PropertyID and PhotoID are what was looked at or changed.
	PropertyID PropertyID
	PhotoID    PhotoID
	Client     string // the network of the client, empty for a job
	Detail     string // a code, such as that of the error, or the reason of CaseViewed
	Count      int    // how many times it happened; more than 1 if several were counted in one row
}

// SecurityBy returns the event of something that the actor did.
func SecurityBy(actor Actor, code SecurityCode, at time.Time) SecurityEvent {
	return SecurityEvent{At: at, Code: code, ActorID: actor.ID, ActorRole: actor.Role, Count: 1}
}

// CaseViewed returns the event of somebody who opened a case for a reason.
func CaseViewed(by Actor, property Property, reason string, at time.Time) SecurityEvent {
	event := SecurityBy(by, SecurityCaseViewed, at)
	event.TargetID, event.PropertyID, event.Detail = property.OwnerID, property.ID, reason
	return event
}

// SecurityFilter selects security events. A zero field selects any.
type SecurityFilter struct {
	Code       SecurityCode
	ActorID    UserID
	TargetID   UserID
	PropertyID PropertyID
	Client     string
	// From is the earliest time, Until the first time that is too late.
	From, Until time.Time
}

// Includes reports whether the filter selects the event.
func (f SecurityFilter) Includes(e SecurityEvent) bool {
	return (f.Code == "" || f.Code == e.Code) &&
		(f.ActorID == "" || f.ActorID == e.ActorID) &&
		(f.TargetID == "" || f.TargetID == e.TargetID) &&
		(f.PropertyID == "" || f.PropertyID == e.PropertyID) &&
		(f.Client == "" || f.Client == e.Client) &&
		!e.At.Before(f.From) && (f.Until.IsZero() || e.At.Before(f.Until))
}

// Stored returns the event as stores keep it: its time in the precision of every store, at least one
// occurrence, and a detail that is not too long.
func (e SecurityEvent) Stored() SecurityEvent {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Count = max(1, e.Count)
	if detail := []rune(e.Detail); len(detail) > MaxSecurityDetail {
		e.Detail = string(detail[:MaxSecurityDetail])
	}
	return e
}
