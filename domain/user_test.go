package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

const phone = domain.Phone("+919812345678")

func staff(t testing.TB) domain.User {
	t.Helper()
	u, err := domain.NewStaff("valuer", phone, "Asha Rao", domain.RoleValuer, t0)
	require.NoError(t, err)
	u.TOTP = domain.TOTP{Secret: "secret", Confirmed: true, LastStep: 7}
	u.Email = "asha.rao@bank.example.in"
	return u
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for role, want := range map[domain.Role][2]bool{ // staff, reviews
		domain.RoleCustomer: {false, false}, domain.RoleValuer: {true, true}, domain.RoleSupervisor: {true, true},
		domain.RoleAdmin: {true, false}, domain.RoleSystem: {false, false}, "": {false, false},
	} {
		assert.Equal(t, want, [2]bool{role.IsStaff(), role.Reviews()}, role)
	}
}

func TestMaskedPhones(t *testing.T) {
	t.Parallel()
	for p, want := range map[domain.Phone]string{
		phone: "+91********78", "": "***", "+91981": "***", "+919812": "+91********12", "+14155550123": "+14********23",
	} {
		assert.Equal(t, want, p.Masked())
	}
}

func TestNewUsers(t *testing.T) {
	t.Parallel()
	c := domain.NewCustomer("c", phone, t0)
	assert.Equal(t, domain.User{ID: "c", Phone: phone, Role: domain.RoleCustomer, Language: domain.English, LastLoginAt: t0, CreatedAt: t0, UpdatedAt: t0}, c)
	assert.Equal(t, domain.Actor{ID: "c", Role: domain.RoleCustomer}, c.Actor())
	for _, role := range domain.StaffRoles {
		u, err := domain.NewStaff("s", phone, "Asha", role, t0)
		require.NoError(t, err)
		assert.Equal(t, domain.User{
			ID: "s", Phone: phone, Name: "Asha", Role: role, Language: domain.English, CreatedAt: t0, UpdatedAt: t0,
		}, u, "staff begin without a second factor")
	}
	for _, role := range []domain.Role{domain.RoleCustomer, domain.RoleSystem, "", "ROOT"} {
		u, err := domain.NewStaff("s", phone, "", role, t0)
		assert.Equal(t, []string{"role enum", "name length"}, brokenFields(t, err))
		assert.Zero(t, u)
	}
}

func TestChangingStaff(t *testing.T) {
	t.Parallel()
	later := t0.Add(time.Hour)
	for name, c := range map[string]struct {
		change domain.StaffChange
		want   func(*domain.User)
	}{
		"nothing":       {domain.StaffChange{}, func(*domain.User) {}},
		"name":          {domain.StaffChange{Name: ptr("Asha R.")}, func(u *domain.User) { u.Name = "Asha R." }},
		"role":          {domain.StaffChange{Role: ptr(domain.RoleAdmin)}, func(u *domain.User) { u.Role = domain.RoleAdmin }},
		"lock":          {domain.StaffChange{Disabled: ptr(true)}, func(u *domain.User) { u.Disabled = true }},
		"unlock":        {domain.StaffChange{Disabled: ptr(false)}, func(u *domain.User) { u.Disabled = false }},
		"e-mail":        {domain.StaffChange{Email: ptr("asha@Bank.example.in")}, func(u *domain.User) { u.Email = "asha@bank.example.in" }},
		"no e-mail":     {domain.StaffChange{RemoveEmail: true}, func(u *domain.User) { u.Email = "" }},
		"second factor": {domain.StaffChange{ResetTOTP: true}, func(u *domain.User) { u.TOTP = domain.TOTP{} }},
	} {
		u, want := staff(t), staff(t)
		require.NoError(t, u.ChangeStaff(admin, c.change, later), name)
		want.UpdatedAt = later
		c.want(&want)
		assert.Equal(t, want, u, name)
	}
}

func TestChangesOfStaffThatAreRefused(t *testing.T) {
	t.Parallel()
	customer := domain.NewCustomer("c", phone, t0)
	requireError(t, customer.ChangeStaff(admin, domain.StaffChange{Disabled: ptr(true)}, t0), domain.KindNotFound, "staff_not_found")
	assert.False(t, customer.Disabled)

	for name, c := range map[string]struct {
		change domain.StaffChange
		broken []string
	}{
		"customer":  {domain.StaffChange{Role: ptr(domain.RoleCustomer)}, []string{"role enum"}},
		"system":    {domain.StaffChange{Role: ptr(domain.RoleSystem), Name: ptr("x")}, []string{"role enum", "name length"}},
		"no name":   {domain.StaffChange{Name: ptr(""), Disabled: ptr(true), ResetTOTP: true}, []string{"name length"}},
		"two lines": {domain.StaffChange{Name: ptr("Asha\nRao")}, []string{"name length"}},
		"no e-mail": {domain.StaffChange{Email: ptr("")}, []string{"email format"}},
		"a header":  {domain.StaffChange{Email: ptr("a@b.in\r\nBcc: c@d.in")}, []string{"email format"}},
		"both":      {domain.StaffChange{Email: ptr("a@b.in"), RemoveEmail: true}, []string{"remove_email exclusive"}},
	} {
		u := staff(t)
		assert.Equal(t, c.broken, brokenFields(t, u.ChangeStaff(admin, c.change, t0.Add(1))), name)
		assert.Equal(t, staff(t), u, name)
	}

	self := domain.Actor{ID: "valuer", Role: domain.RoleAdmin}
	for name, c := range map[string]domain.StaffChange{
		"own role": {Role: ptr(domain.RoleAdmin)}, "own access": {Disabled: ptr(true)}, "own factor": {ResetTOTP: true},
		"own return": {Disabled: ptr(false)},
	} {
		u := staff(t)
		u.Disabled = name == "own return"
		before := u
		requireError(t, u.ChangeStaff(self, c, t0), domain.KindConflict, "own_account")
		assert.Equal(t, before, u, name)
	}
	u := staff(t)
	assert.NoError(t, u.ChangeStaff(self, domain.StaffChange{Name: ptr("Asha R."), Role: ptr(domain.RoleValuer), Disabled: ptr(false)}, t0),
		"what changes no access is one's own to change")
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	by := domain.Actor{ID: "a", Role: domain.RoleAdmin}
	require.NoError(t, domain.KeepAnAdmin([]domain.UserID{"a", "b"}, by, "b"))
	for _, admins := range [][]domain.UserID{{"b"}, nil} {
		requireError(t, domain.KeepAnAdmin(admins, by, "b"), domain.KindConflict, "last_admin")
	}
	requireError(t, domain.KeepAnAdmin([]domain.UserID{"b", "c"}, by, "b"), domain.KindForbidden, "role_not_allowed")

	for _, role := range domain.StaffRoles {
		u := staff(t)
		u.Role = role
		assert.Equal(t, role == domain.RoleAdmin, u.IsAdmin())
		u.Disabled = true
		assert.False(t, u.IsAdmin())
	}
}

func TestChangingOnesProfile(t *testing.T) {
	t.Parallel()
	later := t0.Add(time.Hour)
	u := domain.NewCustomer("c", phone, t0)
	require.NoError(t, u.ChangeProfile(nil, nil, later))
	assert.Equal(t, later, u.UpdatedAt)
	require.NoError(t, u.ChangeProfile(ptr("सुनीता"), ptr(domain.Hindi), later))
	assert.Equal(t, "सुनीता", u.Name)
	assert.Equal(t, domain.Hindi, u.Language)
	before := u
	assert.Equal(t, []string{"name length", "language enum"}, brokenFields(t, u.ChangeProfile(ptr("x"), ptr(domain.Language("fr")), t0)))
	assert.Equal(t, []string{"language enum"}, brokenFields(t, u.ChangeProfile(ptr("good name"), ptr(domain.Language("")), t0)))
	assert.Equal(t, before, u)

	u = staff(t)
	requireError(t, u.ChangeProfile(ptr("Asha R."), ptr(domain.Hindi), later), domain.KindForbidden, "name_set_by_admin")
	assert.Equal(t, staff(t), u)
	require.NoError(t, u.ChangeProfile(nil, ptr(domain.Hindi), later))
	assert.Equal(t, domain.Hindi, u.Language)
}
