package domain_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestWhatNeedsASecondAdmin(t *testing.T) {
	t.Parallel()
	at := func(role domain.Role, disabled bool) domain.User {
		return domain.User{ID: "u", Role: role, Disabled: disabled}
	}
	v, s, a := domain.RoleValuer, domain.RoleSupervisor, domain.RoleAdmin
	for _, c := range []struct {
		user   domain.User
		change domain.StaffChange
		want   bool
	}{
		{at(v, false), domain.StaffChange{Role: &s}, true},
		{at(v, false), domain.StaffChange{Role: &a}, true},
		{at(s, false), domain.StaffChange{Role: &a}, true},
		{at(a, false), domain.StaffChange{Role: &s}, true},
		{at(v, true), domain.StaffChange{Role: &a}, true}, // the first of two steps
		{at(a, true), domain.StaffChange{Disabled: ptr(false)}, true},
		{at(s, true), domain.StaffChange{Disabled: ptr(false)}, true},
		{at(v, true), domain.StaffChange{Role: &s, Disabled: ptr(false)}, true},
		{at(v, false), domain.StaffChange{Role: &s, Disabled: ptr(true)}, true},
		{at(a, true), domain.StaffChange{Role: &v, Disabled: ptr(false)}, false},
		{at(v, true), domain.StaffChange{Disabled: ptr(false)}, false},
		{at(a, false), domain.StaffChange{Role: &v}, false},
		{at(a, false), domain.StaffChange{Role: &a, Disabled: ptr(false), Name: ptr("Another name"), ResetTOTP: true}, false},
		{at(s, true), domain.StaffChange{Disabled: ptr(true), RemoveEmail: true}, false},
		{at(a, false), domain.StaffChange{Disabled: ptr(true)}, false},
	} {
		assert.Equal(t, c.want, c.change.Grants(c.user), "%+v %+v", c.user, c.change)
	}
}

// Each figure of the settings either governs the sign-off or is named here.
func TestSettingsThatGovern(t *testing.T) {
	t.Parallel()
	before := domain.DefaultSettings()
	assert.False(t, before.Governs(before))
	var governing []string
	for i := range reflect.TypeFor[domain.Settings]().NumField() {
		after := before
		switch f := reflect.ValueOf(&after).Elem().Field(i); f.Kind() {
		case reflect.Int, reflect.Int64:
			f.SetInt(f.Int() + 1)
		case reflect.Float64:
			f.SetFloat(f.Float() + 1)
		default:
			continue
		}
		if after.Version != before.Version {
			continue
		}
		assert.Len(t, after.Differences(before), 1, "%+v", after)
		if after.Governs(before) {
			governing = append(governing, after.Differences(before)...)
		}
	}
	assert.Equal(t, domain.SettingsThatGovern, governing)
}

var secondAdmin = domain.Actor{ID: "second", Role: domain.RoleAdmin}

// author is the ADMIN who proposes.
func author() domain.User { return domain.User{ID: admin.ID, Role: domain.RoleAdmin} }

func TestConfirmingAProposal(t *testing.T) {
	t.Parallel()
	user := staff(t)
	p, err := domain.ProposeStaffChange("p", admin, user, domain.StaffChange{Role: ptr(domain.RoleSupervisor), Email: ptr("a@b.in")}, t0)
	require.NoError(t, err)
	assert.Equal(t, staff(t), user, "a proposal changes nothing")
	before := user.StaffRecord()
	after := before
	after.Role, after.Email = domain.RoleSupervisor, "a@b.in"
	assert.Equal(t, domain.Proposal{
		ID: "p", Kind: domain.ProposalUpdateStaff, UserID: user.ID, Staff: &domain.StaffProposal{Before: &before, After: after},
		ProposedBy: admin.ID, ProposedAt: t0, Status: domain.ProposalOpen,
	}, p)
	_, err = domain.ProposeStaffChange("p", user.Actor(), user, domain.StaffChange{Role: ptr(domain.RoleAdmin)}, t0)
	requireError(t, err, domain.KindConflict, "own_account")

	last := p.ExpiresAt().Add(-1)
	good := domain.ProposalBasis{Author: author(), User: user}
	good.User.Version, good.User.TOTP.LastStep = 9, 99 // logged in since
	for name, c := range map[string]struct {
		by    domain.Actor
		alter func(*domain.Proposal, *domain.ProposalBasis)
		at    time.Time
		kind  domain.Kind
		code  string
	}{
		"its author":        {admin, nil, last, domain.KindForbidden, "own_proposal"},
		"no ADMIN":          {supervisor, nil, last, domain.KindForbidden, "role_not_allowed"},
		"whom it is about":  {domain.Actor{ID: user.ID, Role: domain.RoleAdmin}, nil, last, domain.KindConflict, "own_account"},
		"too late":          {secondAdmin, nil, p.ExpiresAt(), domain.KindConflict, "proposal_closed"},
		"twice":             {secondAdmin, func(p *domain.Proposal, _ *domain.ProposalBasis) { p.Status = domain.ProposalConfirmed }, last, domain.KindConflict, "proposal_closed"},
		"withdrawn":         {secondAdmin, func(p *domain.Proposal, _ *domain.ProposalBasis) { p.Status = domain.ProposalWithdrawn }, last, domain.KindConflict, "proposal_closed"},
		"another role":      {secondAdmin, func(_ *domain.Proposal, b *domain.ProposalBasis) { b.User.Role = domain.RoleAdmin }, last, domain.KindConflict, "proposal_outdated"},
		"disabled since":    {secondAdmin, func(_ *domain.Proposal, b *domain.ProposalBasis) { b.User.Disabled = true }, last, domain.KindConflict, "proposal_outdated"},
		"renamed since":     {secondAdmin, func(_ *domain.Proposal, b *domain.ProposalBasis) { b.User.Name = "Mallory" }, last, domain.KindConflict, "proposal_outdated"},
		"a disabled author": {secondAdmin, func(_ *domain.Proposal, b *domain.ProposalBasis) { b.Author.Disabled = true }, last, domain.KindConflict, "proposal_outdated"},
		"a demoted author":  {secondAdmin, func(_ *domain.Proposal, b *domain.ProposalBasis) { b.Author.Role = domain.RoleValuer }, last, domain.KindConflict, "proposal_outdated"},
	} {
		tried, basis := p, good
		if c.alter != nil {
			c.alter(&tried, &basis)
		}
		unchanged := tried
		requireError(t, tried.Confirm(c.by, basis, c.at), c.kind, c.code)
		assert.Equal(t, unchanged, tried, name)
	}
	require.NoError(t, p.Confirm(secondAdmin, good, last))
	assert.Equal(t, domain.ProposalConfirmed, p.Status)
	assert.Equal(t, secondAdmin.ID, p.DecidedBy)
	assert.Equal(t, last, p.DecidedAt)
	require.NoError(t, user.ChangeStaff(secondAdmin, p.Staff.Change(), last))
	assert.Equal(t, after, user.StaffRecord())
}

func TestAProposalOfSettings(t *testing.T) {
	t.Parallel()
	before := domain.DefaultSettings()
	after := before
	after.SignOffAmount = domain.Crore
	p := domain.ProposeSettings("p", admin, before, after, t0)
	basis := domain.ProposalBasis{Author: author(), Settings: before}
	assert.Equal(t, domain.ProposalOpen, p.StatusNow(basis, t0))
	basis.Settings.Version++
	assert.Equal(t, domain.ProposalOutdated, p.StatusNow(basis, t0))
	assert.Equal(t, domain.ProposalExpired, p.StatusNow(basis, p.ExpiresAt()))
}

func TestWithdrawingAProposal(t *testing.T) {
	t.Parallel()
	p := domain.ProposeStaff("p", admin, staff(t), t0)
	assert.Equal(t, domain.StaffProposal{After: staff(t).StaffRecord()}, *p.Staff)
	requireError(t, p.Withdraw(secondAdmin, t0), domain.KindForbidden, "not_your_proposal")
	require.NoError(t, p.Withdraw(admin, t0))
	assert.Equal(t, domain.ProposalWithdrawn, p.Status)
	assert.Equal(t, admin.ID, p.DecidedBy)
	requireError(t, p.Withdraw(admin, t0), domain.KindConflict, "proposal_closed")
	requireError(t, p.Confirm(secondAdmin, domain.ProposalBasis{Author: author()}, t0), domain.KindConflict, "proposal_closed")
}

func TestNobodysEmailIsKept(t *testing.T) {
	t.Parallel()
	user := staff(t)
	p, err := domain.ProposeStaffChange("p", admin, user, domain.StaffChange{Role: ptr(domain.RoleAdmin), RemoveEmail: true, ResetTOTP: true}, t0)
	require.NoError(t, err)
	require.NoError(t, user.ChangeStaff(secondAdmin, p.Staff.Change(), t0))
	assert.Empty(t, user.Email)
	assert.Zero(t, user.TOTP)
}

func TestSecurityEventsOfStaff(t *testing.T) {
	t.Parallel()
	codes := func(before, after domain.User) (codes []domain.SecurityCode) {
		for _, e := range domain.StaffEvents(before, after, admin, t0) {
			assert.Equal(t, admin.ID, e.ActorID)
			assert.Equal(t, after.ID, e.TargetID)
			assert.Equal(t, string(after.Role), e.Detail)
			codes = append(codes, e.Code)
		}
		return codes
	}
	at := func(role domain.Role, disabled bool, name string) domain.User {
		return domain.User{ID: "u", Role: role, Disabled: disabled, Name: name}
	}
	valuer, adminUser := at(domain.RoleValuer, false, "A"), at(domain.RoleAdmin, false, "A")
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffCreated}, codes(domain.User{}, valuer))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffCreated, domain.SecurityRoleGranted}, codes(domain.User{}, adminUser))
	assert.Empty(t, codes(valuer, valuer))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffRenamed}, codes(valuer, at(domain.RoleValuer, false, "B")))
	reachable := valuer
	reachable.Email = "v@bank.example.in"
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffCreated}, codes(domain.User{}, reachable))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffEmailChanged}, codes(valuer, reachable))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffEmailChanged}, codes(reachable, valuer))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffDisabled}, codes(adminUser, at(domain.RoleAdmin, true, "A")))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityStaffEnabled, domain.SecurityRoleGranted}, codes(at(domain.RoleAdmin, true, "A"), adminUser))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityRoleGranted}, codes(valuer, adminUser))
	assert.Equal(t, []domain.SecurityCode{domain.SecurityRoleChanged}, codes(adminUser, valuer))
}
