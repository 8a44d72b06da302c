package domain

import (
	"strconv"
	"time"
)

// StaffEvents returns the security events of a change of a member of staff. before has no ID if the
// user is new. A reset of the second factor is not among them.
func StaffEvents(before, after User, by Actor, now time.Time) []SecurityEvent {
	var events []SecurityEvent
	add := func(ok bool, code SecurityCode) {
		if ok {
			events = append(events, SecurityEvent{
				At: now, Code: code, ActorID: by.ID, ActorRole: by.Role, TargetID: after.ID, Detail: string(after.Role),
			})
		}
	}
	fresh := before.ID == ""
	add(fresh, SecurityStaffCreated)
	add(!fresh && before.Name != after.Name, SecurityStaffRenamed)
	add(!fresh && before.Email != after.Email, SecurityStaffEmailChanged)
	add(!before.Disabled && after.Disabled, SecurityStaffDisabled)
	add(before.Disabled && !after.Disabled, SecurityStaffEnabled)
	granted := after.Role.NeedsSecondAdmin() && (before.Role != after.Role || before.Disabled && !after.Disabled)
	add(granted, SecurityRoleGranted)
	add(!fresh && !granted && before.Role != after.Role, SecurityRoleChanged)
	return events
}

// SettingsEvent returns the security event of a change of the settings to these.
func SettingsEvent(after Settings, by Actor, now time.Time) SecurityEvent {
	event := SecurityBy(by, SecuritySettingsChanged, now)
	event.Detail = "version " + strconv.FormatInt(after.Version, 10)
	return event
}

// ProposalEvent returns the security event of what was done to a proposal.
func ProposalEvent(p Proposal, code SecurityCode, by Actor, now time.Time) SecurityEvent {
	return SecurityEvent{At: now, Code: code, ActorID: by.ID, ActorRole: by.Role, TargetID: p.UserID, Detail: string(p.Kind) + " " + string(p.ID)}
}
