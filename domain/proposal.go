package domain

import (
	"slices"
	"time"
)

// ProposalTTL is how long a proposal can be confirmed.
const ProposalTTL = 24 * time.Hour

// ProposalKind is what a proposal would do.
type ProposalKind string

// The kinds of proposals, named as the operations that make them.
const (
	ProposalCreateStaff    ProposalKind = "CREATE_STAFF"
	ProposalUpdateStaff    ProposalKind = "UPDATE_STAFF"
	ProposalUpdateSettings ProposalKind = "UPDATE_SETTINGS"
	ProposalRestoreNumber  ProposalKind = "RESTORE_NUMBER"
)

// ProposalKinds lists every ProposalKind.
var ProposalKinds = []ProposalKind{ProposalCreateStaff, ProposalUpdateStaff, ProposalUpdateSettings, ProposalRestoreNumber}

// ProposalStatus is what became of a proposal.
type ProposalStatus string

// The statuses. The last two are not stored: an open proposal comes to have them by itself.
const (
	ProposalOpen      ProposalStatus = "OPEN"
	ProposalConfirmed ProposalStatus = "CONFIRMED"
	ProposalWithdrawn ProposalStatus = "WITHDRAWN"
	ProposalExpired   ProposalStatus = "EXPIRED"
	ProposalOutdated  ProposalStatus = "OUTDATED" // what it would change has changed, or its author's access
)

// Proposal is a change that one ADMIN wants and that another must confirm: a grant of SUPERVISOR or
// ADMIN, of the settings that decide when a supervisor must sign, or of who reads a customer's cases.
// Nothing changes before that.
type Proposal struct {
	ID   ProposalID
	Kind ProposalKind
	// UserID is the user that it is about: of ProposalCreateStaff, once that is confirmed.
	UserID UserID
	// One of these is set, as the kind requires.
	Staff    *StaffProposal
	Settings *SettingsProposal
	Number   *NumberProposal

	ProposedBy UserID
	ProposedAt time.Time
	Status     ProposalStatus // as stored; StatusNow is what to show
	DecidedBy  UserID         // empty while it is open
	DecidedAt  time.Time
	Version    int64
}

// StaffRecord is what an ADMIN decides about a member of staff.
type StaffRecord struct {
	Phone    Phone
	Name     string
	Email    Email // empty for none
	Role     Role
	Disabled bool
}

// StaffRecord returns what an ADMIN decides about the user.
func (u User) StaffRecord() StaffRecord {
	return StaffRecord{Phone: u.Phone, Name: u.Name, Email: u.Email, Role: u.Role, Disabled: u.Disabled}
}

// StaffProposal is what a member of staff would be.
type StaffProposal struct {
	Before    *StaffRecord // nil for a new member of staff
	After     StaffRecord
	ResetTOTP bool
}

// Change returns the change from Before to After.
func (s StaffProposal) Change() StaffChange {
	c := StaffChange{Name: &s.After.Name, Role: &s.After.Role, Disabled: &s.After.Disabled, ResetTOTP: s.ResetTOTP}
	if email := string(s.After.Email); email == "" {
		c.RemoveEmail = true
	} else {
		c.Email = &email
	}
	return c
}

// SettingsProposal is what the settings would be.
type SettingsProposal struct{ Before, After Settings }

// NeedsSecondAdmin reports whether the role lets its holder sign for others or give roles, so that
// no ADMIN grants it alone.
func (r Role) NeedsSecondAdmin() bool { return r == RoleSupervisor || r == RoleAdmin }

// Grants reports whether the change gives the user a role that needs a second ADMIN, or gives it
// back by ending a disablement.
func (c StaffChange) Grants(u User) bool {
	after := u.StaffRecord()
	if c.Role != nil {
		after.Role = *c.Role
	}
	if c.Disabled != nil {
		after.Disabled = *c.Disabled
	}
	return after.Role.NeedsSecondAdmin() && (after.Role != u.Role || u.Disabled && !after.Disabled)
}

// SettingsThatGovern lists the settings, as the API names them, that decide when a supervisor must
// sign off. The last two do because they choose the sales from which the model takes the amount and
// the confidence that the others are compared with.
var SettingsThatGovern = []string{
	"min_confidence", "sign_off_amount", "max_deviation_percent", "min_comparables", "search_radius_km", "comparable_max_age_months",
}

// Governs reports whether the settings differ in one of SettingsThatGovern.
func (s Settings) Governs(before Settings) bool {
	return slices.ContainsFunc(s.Differences(before), func(name string) bool { return slices.Contains(SettingsThatGovern, name) })
}

// Differences lists the settings, as the API names them, that are not what they were before.
func (s Settings) Differences(before Settings) []string {
	var names []string
	for _, f := range []struct {
		name string
		same bool
	}{
		{"min_confidence", s.MinConfidence == before.MinConfidence},
		{"sign_off_amount", s.SignOffAmount == before.SignOffAmount},
		{"max_deviation_percent", s.MaxDeviationPercent == before.MaxDeviationPercent},
		{"min_comparables", s.MinComparables == before.MinComparables},
		{"search_radius_km", s.SearchRadiusKM == before.SearchRadiusKM},
		{"comparable_max_age_months", s.ComparableMaxAgeMonths == before.ComparableMaxAgeMonths},
		{"max_open_drafts", s.Limits.OpenDrafts == before.Limits.OpenDrafts},
		{"max_submissions_per_day", s.Limits.SubmissionsPerDay == before.Limits.SubmissionsPerDay},
		{"max_photos_per_day", s.Limits.PhotosPerDay == before.Limits.PhotosPerDay},
		{"max_streams", s.Limits.Streams == before.Limits.Streams},
	} {
		if !f.same {
			names = append(names, f.name)
		}
	}
	return names
}

// ProposeStaff proposes to add the user, who is not stored.
func ProposeStaff(id ProposalID, by Actor, user User, now time.Time) Proposal {
	p := newProposal(id, ProposalCreateStaff, by, now)
	p.Staff = &StaffProposal{After: user.StaffRecord()}
	return p
}

// ProposeStaffChange proposes to change the user. Errors: as User.ChangeStaff.
func ProposeStaffChange(id ProposalID, by Actor, user User, c StaffChange, now time.Time) (Proposal, error) {
	before := user.StaffRecord()
	if err := user.ChangeStaff(by, c, now); err != nil {
		return Proposal{}, err
	}
	p := newProposal(id, ProposalUpdateStaff, by, now)
	p.UserID, p.Staff = user.ID, &StaffProposal{Before: &before, After: user.StaffRecord(), ResetTOTP: c.ResetTOTP}
	return p, nil
}

// ProposeSettings proposes to change the settings.
func ProposeSettings(id ProposalID, by Actor, before, after Settings, now time.Time) Proposal {
	p := newProposal(id, ProposalUpdateSettings, by, now)
	p.Settings = &SettingsProposal{Before: before, After: after}
	return p
}

func newProposal(id ProposalID, kind ProposalKind, by Actor, now time.Time) Proposal {
	return Proposal{ID: id, Kind: kind, ProposedBy: by.ID, ProposedAt: now, Status: ProposalOpen}
}

// ExpiresAt returns when the proposal can no longer be confirmed.
func (p Proposal) ExpiresAt() time.Time { return p.ProposedAt.Add(ProposalTTL) }

// ProposalBasis is what a proposal depends on, as it is now.
type ProposalBasis struct {
	Author   User
	User     User     // of ProposalUpdateStaff and ProposalRestoreNumber
	Settings Settings // of ProposalUpdateSettings
}

// StatusNow returns the status: a proposal that is open is void once it has expired, its author may
// no longer act as an ADMIN, or what it would change is not what it was. A login of the user is no
// such change.
func (p Proposal) StatusNow(basis ProposalBasis, now time.Time) ProposalStatus {
	switch {
	case p.Status != ProposalOpen:
		return p.Status
	case !now.Before(p.ExpiresAt()):
		return ProposalExpired
	case !basis.Author.IsAdmin(),
		p.Kind == ProposalUpdateStaff && basis.User.StaffRecord() != *p.Staff.Before,
		p.Kind == ProposalUpdateSettings && basis.Settings.Version != p.Settings.Before.Version,
		p.Kind == ProposalRestoreNumber && (p.Number.Phone == "" || basis.User.lacksNumber() != nil):
		return ProposalOutdated
	}
	return ProposalOpen
}

// Confirm records that another ADMIN confirmed the proposal, whose change the caller makes in the
// same transaction. Errors: KindForbidden "role_not_allowed", and "own_proposal" for its author,
// KindConflict "own_account" for the user it is about, "proposal_closed" if it was confirmed or
// withdrawn or has expired, "proposal_outdated".
func (p *Proposal) Confirm(by Actor, basis ProposalBasis, now time.Time) error {
	switch {
	case by.Role != RoleAdmin:
		return Forbidden("role_not_allowed", "only ADMINs confirm proposals")
	case by.ID == p.ProposedBy:
		return Forbidden("own_proposal", "another ADMIN must confirm your proposal")
	case by.ID == p.UserID:
		return ownAccount()
	}
	if err := p.requireOpen(p.StatusNow(basis, now)); err != nil {
		return err
	}
	p.Decide(ProposalConfirmed, by, now)
	return nil
}

// Decide records what became of the proposal, without asking who may decide: Confirm and Withdraw do.
func (p *Proposal) Decide(status ProposalStatus, by Actor, now time.Time) {
	p.Status, p.DecidedBy, p.DecidedAt = status, by.ID, now
}

// Withdraw records that the author no longer wants the change. Errors: KindForbidden
// "not_your_proposal", KindConflict "proposal_closed".
func (p *Proposal) Withdraw(by Actor, now time.Time) error {
	if by.ID != p.ProposedBy {
		return Forbidden("not_your_proposal", "only its author withdraws a proposal; leave it, and it expires")
	}
	if err := p.requireOpen(p.Status); err != nil {
		return err
	}
	p.Decide(ProposalWithdrawn, by, now)
	return nil
}

// OutdatedProposal returns the error of a proposal whose basis is not what it was: KindConflict
// "proposal_outdated".
func OutdatedProposal() error {
	return Conflict("proposal_outdated", "what the proposal rests on has changed since; propose it anew")
}

func (p *Proposal) requireOpen(status ProposalStatus) error {
	switch status {
	case ProposalOpen:
		return nil
	case ProposalOutdated:
		return OutdatedProposal()
	case ProposalConfirmed, ProposalWithdrawn, ProposalExpired:
	}
	return Conflict("proposal_closed", "the proposal was confirmed or withdrawn, or has expired")
}
