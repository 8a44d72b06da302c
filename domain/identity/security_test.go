package identity_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// securityEvents returns the security log, oldest first.
func (h *house) securityEvents() []domain.SecurityEvent {
	h.t.Helper()
	list, err := ports.InTx(h.t.Context(), h.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{}, domain.Page{Limit: 100})
	})
	require.NoError(h.t, err)
	events := make([]domain.SecurityEvent, 0, len(list.Items))
	for i := range list.Items {
		events = append(events, list.Items[len(list.Items)-1-i])
	}
	return events
}

func TestLoginsAreInTheSecurityLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	staff := h.hire(domain.RoleValuer)
	who := h.halfway(vikram)
	require.Len(t, h.securityEvents(), 1, "half a login is none")
	_, err := h.second(who, h.code(secret))
	require.NoError(t, err)
	customer := h.login(asha).User
	events := h.securityEvents()
	require.Len(t, events, 3)
	assert.Equal(t, domain.SecurityStaffCreated, events[0].Code)
	assert.Equal(t, domain.RoleSystem, events[0].ActorRole)
	for i, user := range []domain.User{staff, customer} {
		e := events[i+1]
		assert.Equal(t, domain.SecurityLogin, e.Code)
		assert.Equal(t, domain.Actor{ID: e.ActorID, Role: e.ActorRole}, user.Actor())
	}
	h.change(asha, func(u *domain.User) { u.Disabled = true })
	_, err = h.verify(asha, wrong(h.request(vikram)))
	require.Error(t, err)
	require.Len(t, h.securityEvents(), 3, "a failure is no login")
}

func TestChangesOfStaffAreInTheSecurityLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	staff := h.hire(domain.RoleValuer)
	for _, c := range []struct {
		change domain.StaffChange
		want   []string // code and detail
	}{
		{domain.StaffChange{Name: ptr("Vikram S.")}, []string{"staff_renamed VALUER"}},
		{domain.StaffChange{Email: ptr("v@bank.example.in")}, []string{"staff_email_changed VALUER"}},
		{domain.StaffChange{Email: ptr("v@bank.example.in")}, nil},
		{domain.StaffChange{RemoveEmail: true}, []string{"staff_email_changed VALUER"}},
		{domain.StaffChange{ResetTOTP: true}, []string{"factor_reset "}},
		{domain.StaffChange{Role: ptr(domain.RoleSupervisor)}, []string{"role_granted SUPERVISOR"}},
		{domain.StaffChange{Role: ptr(domain.RoleSupervisor), Disabled: ptr(false)}, nil},
		{domain.StaffChange{Disabled: ptr(true), ResetTOTP: true}, []string{"staff_disabled SUPERVISOR", "factor_reset "}},
		{domain.StaffChange{Disabled: ptr(false)}, []string{"staff_enabled SUPERVISOR", "role_granted SUPERVISOR"}},
		{domain.StaffChange{Role: ptr(domain.RoleValuer)}, []string{"role_changed VALUER"}},
	} {
		before := len(h.securityEvents())
		_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
			Actor: admin, UserID: staff.ID, Version: h.user(vikram).Version, Change: c.change,
		})
		require.NoError(t, err)
		var events []string
		for _, e := range h.securityEvents()[before:] {
			events = append(events, string(e.Code)+" "+e.Detail)
			assert.Equal(t, admin.Role, e.ActorRole)
			assert.Equal(t, admin.ID, e.ActorID)
			assert.Equal(t, staff.ID, e.TargetID)
		}
		assert.Equal(t, c.want, events)
	}
	_, err := identity.UpdateSettings{UnitOfWork: h.Store, Clock: h.Clock}.Execute(t.Context(), identity.UpdateSettingsInput{
		Actor: admin, Settings: domain.DefaultSettings(),
	})
	require.NoError(t, err)
	events := h.securityEvents()
	last := events[len(events)-1]
	assert.Equal(t, domain.SecuritySettingsChanged, last.Code)
	assert.Equal(t, "version 1", last.Detail)
}
