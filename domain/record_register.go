package domain

import (
	"slices"
	"strconv"
	"strings"
)

// A register is the audit chain of what belongs to no case: one for each user who is staff or gave a
// consent, and one for the settings. Registers are kept, verified and anchored as the chains of
// cases are; the id of a user's is the user's.

// SettingsRegister is the id of the audit chain of the settings.
const SettingsRegister PropertyID = "00000000-0000-7000-8000-000000000001"

// AdoptionRegister is the id of the audit chain of the adoption: an entry for each round in which what
// earlier releases had written was committed to.
const AdoptionRegister PropertyID = "00000000-0000-7000-8000-000000000002"

// adoptionRounds is how many rounds an adoption has.
const adoptionRounds = 2

// AdoptionEnded reports whether everything that earlier releases had written has a commitment by now,
// so that whatever has none was not written by PropFlow. entries are those of the AdoptionRegister.
func AdoptionEnded(entries []AuditEntry) bool { return len(entries) >= adoptionRounds }

// RegisterAction is what was done to something of a register, as its entries name it.
type RegisterAction string

// The actions. Their names begin with what they are about.
const (
	RegisterUserChanged     RegisterAction = "user.changed"     // role or access
	RegisterConsentRecorded RegisterAction = "consent.recorded" // given or withdrawn
	RegisterUserErased      RegisterAction = "user.erased"      // with all consents, after the retention
	RegisterSettingsChanged RegisterAction = "settings.changed"
	RegisterAdopted         RegisterAction = "register.adopted" // as they were when this release began
)

var registerActions = []RegisterAction{
	RegisterUserChanged, RegisterConsentRecorded, RegisterUserErased, RegisterSettingsChanged, RegisterAdopted,
}

// UserErased reports whether the register ends with the erasure of its user.
func UserErased(entries []AuditEntry) bool {
	return len(entries) > 0 && entries[len(entries)-1].Action == Action(RegisterUserErased)
}

// RegisterEntry returns the entry by which a register commits to records. It has no salt: what it
// commits to is ids, roles, figures and times.
func RegisterEntry(register PropertyID, action RegisterAction, by Actor, records ...Record) AuditEntry {
	return AuditEntry{PropertyID: register, ActorID: by.ID, ActorRole: by.Role, Action: Action(action), Facts: Commit("", records)}
}

// UserRegister returns the id of the audit chain of a user.
func UserRegister(user UserID) PropertyID { return PropertyID(user) }

// IsRegister reports whether the entries, at least one, are those of a register.
func IsRegister(entries []AuditEntry) bool {
	return len(entries) > 0 && slices.Contains(registerActions, RegisterAction(entries[0].Action))
}

// AccessRecord returns what the user's register commits to: role and access.
func (u User) AccessRecord() Record {
	return Record{kind: "user", id: string(u.ID), fields: []field{
		{name: "role", value: string(u.Role)},
		{name: "disabled", value: yes(u.Disabled)},
	}}
}

// AccessAfter returns the record of the user's access after a change of it, from before. entries are those of
// their register. What the change left alone stays as the register has it: a value that was not written by
// PropFlow is not committed to along with the change, and is still found.
func (u User) AccessAfter(before User, entries []AuditEntry) Record {
	role, disabled := before.committedAccess(entries)
	if u.Role == before.Role {
		u.Role = role
	}
	if u.Disabled == before.Disabled {
		u.Disabled = disabled
	}
	return u.AccessRecord()
}

// committedAccess returns the role and access that the register commits to, those of an ordinary user if it
// has no commitment yet. It tries all values, because a commitment is a hash.
func (u User) committedAccess(entries []AuditEntry) (role Role, disabled bool) {
	made := CommitmentsOf(entries).records[u.AccessRecord().Name()]
	if len(made) == 0 {
		return RoleCustomer, false
	}
	newest := made[len(made)-1].value
	for _, tried := range append(StaffRoles, RoleCustomer) {
		for _, off := range []bool{false, true} {
			if len((User{ID: u.ID, Role: tried, Disabled: off}).AccessRecord().Differs("", newest)) == 0 {
				return tried, off
			}
		}
	}
	return u.Role, u.Disabled // it is of a later release
}

// Ordinary reports whether the user is a customer with access, as everybody is who never was more or
// less: only such a user needs no entry.
func (u User) Ordinary() bool { return u.Role == RoleCustomer && !u.Disabled }

// Record returns what the register of the consent's user commits to.
func (c Consent) Record() Record {
	return Record{kind: "consent", id: string(c.ID), fields: []field{
		{name: "user_id", value: string(c.UserID), by: never},
		{name: "version", value: cleaned(c.Version), by: never},
		{name: "language", value: string(c.Language), by: never},
		{name: "processors", value: packed(c.Processors, cleaned[Processor]), by: never},
		{name: "purposes", value: packed(c.Purposes, cleaned[Purpose]), by: never},
		{name: "withdrawn", value: yes(c.Withdrawn), by: never},
		{name: "given_at", value: when(c.GivenAt), by: never},
	}}
}

// Record returns what the register of the settings commits to of this version.
func (s Settings) Record() Record {
	return Record{kind: "settings", id: strconv.FormatInt(s.Version, 10), fields: []field{
		{name: "min_confidence", value: whole(s.MinConfidence), by: never},
		{name: "sign_off_amount", value: whole(s.SignOffAmount), by: never},
		{name: "max_deviation_percent", value: number(s.MaxDeviationPercent), by: never},
		{name: "min_comparables", value: whole(s.MinComparables), by: never},
		{name: "search_radius_km", value: number(s.SearchRadiusKM), by: never},
		{name: "comparable_max_age_months", value: whole(s.ComparableMaxAgeMonths), by: never},
		{name: "max_open_drafts", value: whole(s.Limits.OpenDrafts), by: never},
		{name: "max_submissions_per_day", value: whole(s.Limits.SubmissionsPerDay), by: never},
		{name: "max_photos_per_day", value: whole(s.Limits.PhotosPerDay), by: never},
		{name: "max_streams", value: whole(s.Limits.Streams), by: never},
		{name: "updated_at", value: when(s.UpdatedAt), by: never},
		{name: "updated_by", value: string(s.UpdatedBy), by: never},
	}}
}

// Committed reports whether the settings are those that the register, whose entries these are, commits to as
// the newest.
func (s Settings) Committed(entries []AuditEntry) bool {
	made := CommitmentsOf(entries)
	return made.newestSettings() == s.Version && len(made.Faults("", s.Record())) == 0
}

// newestSettings returns the newest version of the settings that there is a commitment to, 0 if there is none.
func (c Commitments) newestSettings() (newest int64) {
	for name := range c.records {
		if id, ok := strings.CutPrefix(name, recordName("settings", "")); ok {
			if version, err := strconv.ParseInt(id, 10, 64); err == nil {
				newest = max(newest, version)
			}
		}
	}
	return newest
}

// UserRecords is a user with their consents as they are stored, to be compared with their register.
type UserRecords struct {
	User     User
	Consents []Consent
}

// Uncommitted returns the records of the user that the register does not commit to.
func (u UserRecords) Uncommitted(entries []AuditEntry) []Record {
	made := CommitmentsOf(entries)
	var missing []Record
	if r := u.User.AccessRecord(); !made.Has(r) && !u.User.Ordinary() {
		missing = append(missing, r)
	}
	for _, c := range u.Consents {
		if r := c.Record(); !made.Has(r) {
			missing = append(missing, r)
		}
	}
	return missing
}

// Faults returns what of the user, who is not erased, is not as the register commits to it.
func (u UserRecords) Faults(entries []AuditEntry) []RecordFault {
	made := CommitmentsOf(entries)
	faults := made.Faults("", u.User.AccessRecord())
	for _, c := range u.Consents {
		faults = append(faults, made.Faults("", c.Record())...)
	}
	for _, id := range made.Lost("consent", func(id string) bool {
		return slices.ContainsFunc(u.Consents, func(c Consent) bool { return string(c.ID) == id })
	}) {
		faults = append(faults, RecordFault{Record: "consent:" + id, Field: "row"})
	}
	return faults
}

// SettingsRecords are the versions of the settings as they are stored, the one in force and those of
// the history, in any order.
type SettingsRecords []Settings

// Uncommitted returns the versions that the register does not commit to.
func (s SettingsRecords) Uncommitted(entries []AuditEntry) []Record {
	made := CommitmentsOf(entries)
	var missing []Record
	for _, version := range s {
		r := version.Record()
		known := slices.ContainsFunc(missing, func(m Record) bool { return m.Name() == r.Name() })
		if version.Version > 0 && !made.Has(r) && !known {
			missing = append(missing, r)
		}
	}
	return missing
}

// Faults returns what of the settings is not as the register commits to it: a version that was
// changed, that is gone, or, if inForce is not the newest, that was put back.
func (s SettingsRecords) Faults(inForce int64, entries []AuditEntry) []RecordFault {
	made := CommitmentsOf(entries)
	var faults []RecordFault
	newest := made.newestSettings()
	if newest > 0 && inForce != newest {
		faults = append(faults, RecordFault{Record: "settings:" + strconv.FormatInt(newest, 10), Field: "version"})
	}
	for _, version := range s {
		for _, f := range made.Faults("", version.Record()) {
			if !slices.Contains(faults, f) {
				faults = append(faults, f)
			}
		}
	}
	for _, id := range made.Lost("settings", func(id string) bool {
		return slices.ContainsFunc(s, func(version Settings) bool { return strconv.FormatInt(version.Version, 10) == id })
	}) {
		faults = append(faults, RecordFault{Record: "settings:" + id, Field: "row"})
	}
	return faults
}
