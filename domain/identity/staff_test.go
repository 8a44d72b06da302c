package identity_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

func (h *house) createStaff(in identity.CreateStaffInput) (identity.StaffOutput, error) {
	in.Actor = admin
	return identity.CreateStaff{
		UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, Entropy: h.Entropy, PhoneNumbers: h.PhoneNumbers, OneAdmin: true,
	}.Execute(h.t.Context(), in)
}

func TestCreateStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	out, err := h.createStaff(identity.CreateStaffInput{Phone: "99000 00001", Email: "vikram@BANK.example.in", Name: "Vikram Singh", Role: domain.RoleValuer})
	require.NoError(t, err)
	user := out.User
	assert.Equal(t, h.user(vikram).WithoutSecrets(), user)
	assert.Equal(t, h.Clock.Now().Add(domain.EnrolmentTTL), out.EnrolmentExpiresAt)
	assert.Equal(t, out.EnrolmentExpiresAt, h.user(vikram).Enrolment.ExpiresAt)
	assert.Equal(t, domain.User{
		ID: user.ID, Phone: vikram, Email: "vikram@bank.example.in", Name: "Vikram Singh", Role: domain.RoleValuer, Language: domain.English,
		CreatedAt: h.Clock.Now(), UpdatedAt: h.Clock.Now(), Version: user.Version,
	}, user)

	h.login(asha)
	for _, taken := range []domain.Phone{vikram, asha} {
		_, err = h.createStaff(identity.CreateStaffInput{Phone: string(taken), Name: "Somebody Else", Role: domain.RoleAdmin})
		assertCode(t, err, domain.KindConflict, "phone_taken")
	}
	assert.Equal(t, domain.RoleCustomer, h.user(asha).Role)
}

func TestCreateStaffRefusesBadInput(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, in := range []identity.CreateStaffInput{
		{Phone: "12345", Name: "Vikram Singh", Role: domain.RoleValuer},
		{Phone: string(vikram), Name: "V", Role: domain.RoleValuer},
		{Phone: string(vikram), Email: "vikram", Name: "Vikram Singh", Role: domain.RoleValuer},
		{Phone: string(vikram), Name: "Vikram Singh", Role: domain.RoleCustomer},
		{Phone: string(vikram), Name: "Vikram Singh", Role: domain.RoleSystem},
	} {
		_, err := h.createStaff(in)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%+v: %v", in, err)
	}
	_, err := h.find(vikram)
	assert.True(t, domain.IsKind(err, domain.KindNotFound))
}

func TestCreateStaffOncePerKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := identity.CreateStaffInput{
		Key:   domain.IdempotencyKey{UserID: admin.ID, Operation: "createStaff", Key: "k", Fingerprint: "f"},
		Phone: string(vikram), Name: "Vikram Singh", Role: domain.RoleValuer,
	}
	first, err := h.createStaff(in)
	require.NoError(t, err)
	again, err := h.createStaff(in)
	require.NoError(t, err)
	assert.Equal(t, first.User, again.User)
	assert.NotEmpty(t, first.EnrolmentCode)
	assert.Empty(t, again.EnrolmentCode, "the code is shown once")
	assert.Zero(t, again.EnrolmentExpiresAt)
	in.Key.Fingerprint = "g"
	_, err = h.createStaff(in)
	assert.True(t, domain.IsKind(err, domain.KindKeyReused))
}

func TestCreateStaffFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		return func() error {
				_, err := h.createStaff(identity.CreateStaffInput{
					Key:   domain.IdempotencyKey{UserID: admin.ID, Operation: "createStaff", Key: "k", Fingerprint: "f"},
					Phone: string(vikram), Name: "Vikram Singh", Role: domain.RoleValuer,
				})
				return err
			}, func() {
				_, err := h.find(vikram)
				assert.True(t, domain.IsKind(err, domain.KindNotFound))
			}
	})
}

func TestListAndGetStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	customer := h.login(asha).User
	staff := []domain.User{h.hire(domain.RoleSupervisor)}
	for i := range 4 {
		h.Clock.Advance(time.Minute)
		out, err := h.createStaff(identity.CreateStaffInput{Phone: fmt.Sprintf("990000010%d", i), Name: "Valuer", Role: domain.RoleValuer})
		require.NoError(t, err)
		staff = append(staff, out.User)
	}
	require.NotEmpty(t, staff[0].TOTP.Secret)
	staff[0] = staff[0].WithoutSecrets() // nobody is shown them

	list, get := identity.ListStaff{UnitOfWork: h.Store}, identity.GetStaff{UnitOfWork: h.Store}
	var seen []domain.User
	page := domain.Page{Limit: 2}
	for {
		l, err := list.Execute(t.Context(), identity.ListStaffInput{Actor: admin, Page: page})
		require.NoError(t, err)
		seen = append(seen, l.Items...)
		if l.Next == (domain.Cursor{}) {
			break
		}
		page.Cursor = l.Next
	}
	assert.Equal(t, staff, seen)
	for _, want := range staff {
		user, err := get.Execute(t.Context(), identity.GetStaffInput{Actor: admin, UserID: want.ID})
		require.NoError(t, err)
		assert.Equal(t, want, user)
	}
	for _, id := range []domain.UserID{customer.ID, "nobody"} {
		_, err := get.Execute(t.Context(), identity.GetStaffInput{Actor: admin, UserID: id})
		assertCode(t, err, domain.KindNotFound, "staff_not_found")
	}
	h.Faults.Down("UnitOfWork.Begin")
	_, err := list.Execute(t.Context(), identity.ListStaffInput{Actor: admin, Page: page})
	assert.True(t, domain.IsKind(err, domain.KindUnavailable))
	_, err = get.Execute(t.Context(), identity.GetStaffInput{Actor: admin, UserID: staff[0].ID})
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "an outage is no absence")
}

func ptr[T any](v T) *T { return &v }

func TestUpdateStaffEndsSessionsWhereItMust(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change domain.StaffChange
		ended  bool
	}{
		"another name":            {domain.StaffChange{Name: ptr("Vikram S.")}, false},
		"the same role":           {domain.StaffChange{Role: ptr(domain.RoleValuer)}, false},
		"not disabled":            {domain.StaffChange{Disabled: ptr(false)}, false},
		"another role":            {domain.StaffChange{Role: ptr(domain.RoleSupervisor)}, true},
		"disabled":                {domain.StaffChange{Disabled: ptr(true)}, true},
		"a reset second factor":   {domain.StaffChange{ResetTOTP: true}, true},
		"a name and no access":    {domain.StaffChange{Name: ptr("Vikram S."), Disabled: ptr(true)}, true},
		"nothing, to be complete": {domain.StaffChange{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.hire(domain.RoleValuer)
			login, err := h.second(h.halfway(vikram), h.code(secret))
			require.NoError(t, err)
			h.Clock.Advance(time.Minute)
			out, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
				Actor: admin, UserID: login.User.ID, Version: login.User.Version, Change: c.change,
			})
			require.NoError(t, err)
			changed := out.User
			assert.Equal(t, c.change.ResetTOTP, out.EnrolmentCode != "", "a reset needs a code")
			assert.Empty(t, changed.TOTP.Secret)
			assert.Equal(t, login.User.Version+1, changed.Version)
			assert.Equal(t, h.Clock.Now(), changed.UpdatedAt)
			stored := h.user(vikram)
			assert.Equal(t, !c.change.ResetTOTP, stored.TOTP.Confirmed)
			assert.Equal(t, c.change.ResetTOTP, stored.Enrolment.CodeHash != "")
			assert.Equal(t, stored.WithoutSecrets(), changed)

			// Not to be disabled would end the session at the refresh.
			h.change(vikram, func(u *domain.User) { u.Disabled = false })
			_, err = h.refresh(login.Tokens.RefreshToken)
			if c.ended {
				assertCode(t, err, domain.KindUnauthenticated, "session_ended")
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestUpdateStaffRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	customer := h.login(asha).User
	staff := h.hire(domain.RoleAdmin)
	for name, c := range map[string]struct {
		in   identity.UpdateStaffInput
		kind domain.Kind
		code string
	}{
		"a customer":    {identity.UpdateStaffInput{Actor: admin, UserID: customer.ID}, domain.KindNotFound, "staff_not_found"},
		"nobody":        {identity.UpdateStaffInput{Actor: admin, UserID: "nobody"}, domain.KindNotFound, "staff_not_found"},
		"a stale read":  {identity.UpdateStaffInput{Actor: admin, UserID: staff.ID, Version: staff.Version + 1}, domain.KindStale, "stale_version"},
		"their own":     {identity.UpdateStaffInput{Actor: staff.Actor(), UserID: staff.ID, Version: staff.Version, Change: domain.StaffChange{Disabled: ptr(true)}}, domain.KindConflict, "own_account"},
		"no address":    {identity.UpdateStaffInput{Actor: admin, UserID: staff.ID, Version: staff.Version, Change: domain.StaffChange{Email: ptr("x")}}, domain.KindInvalid, "invalid_input"},
		"no staff role": {identity.UpdateStaffInput{Actor: admin, UserID: staff.ID, Version: staff.Version, Change: domain.StaffChange{Role: ptr(domain.RoleCustomer)}}, domain.KindInvalid, "invalid_input"},
	} {
		_, err := h.updateStaff().Execute(t.Context(), c.in)
		assertCode(t, err, c.kind, c.code)
		assert.Equal(t, staff, h.user(vikram), name)
		assert.Equal(t, customer, h.user(asha), name)
	}
}

func TestNobodyTakesTheLastAdminsAccess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	last := h.hire(domain.RoleAdmin) // admin has no row: that access ended after the request was let in
	for _, change := range []domain.StaffChange{{Disabled: ptr(true)}, {Role: ptr(domain.RoleValuer)}} {
		_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{Actor: admin, UserID: last.ID, Version: last.Version, Change: change})
		assertCode(t, err, domain.KindConflict, "last_admin")
		assert.Equal(t, last, h.user(vikram))
	}
	h.login(asha)
	h.change(asha, func(u *domain.User) { u.Role = domain.RoleAdmin })
	_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{Actor: admin, UserID: last.ID, Version: last.Version, Change: domain.StaffChange{Disabled: ptr(true)}})
	assertCode(t, err, domain.KindForbidden, "role_not_allowed")
	_, err = h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{Actor: h.user(asha).Actor(), UserID: last.ID, Version: last.Version, Change: domain.StaffChange{Disabled: ptr(true)}})
	require.NoError(t, err)
	assert.True(t, h.user(vikram).Disabled)
}

// A session may outlive the access by a moment.
func TestADisabledAdminDoesNotReturnAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	staff := h.hire(domain.RoleAdmin)
	h.change(vikram, disable)
	_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
		Actor: staff.Actor(), UserID: staff.ID, Version: staff.Version + 1, Change: domain.StaffChange{Disabled: ptr(false)},
	})
	assertCode(t, err, domain.KindConflict, "own_account")
	assert.True(t, h.user(vikram).Disabled)
}

func TestUpdateStaffOfTwoAdminsOneIsStale(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	staff := h.hire(domain.RoleValuer)
	lost := raceTwo(t, func() error {
		_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
			Actor: admin, UserID: staff.ID, Version: staff.Version, Change: domain.StaffChange{Disabled: ptr(true)},
		})
		return err
	})
	assertCode(t, lost, domain.KindStale, "stale_version")
}

func TestUpdateStaffFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		h.hire(domain.RoleValuer)
		login, err := h.second(h.halfway(vikram), h.code(secret))
		require.NoError(t, err)
		staff := h.user(vikram)
		reset := func() error {
			_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
				Actor: admin, UserID: staff.ID, Version: staff.Version, Change: domain.StaffChange{ResetTOTP: true},
			})
			return err
		}
		return reset, func() {
			staff = h.user(vikram) // the change is made, or not; made again it ends the sessions
			require.NoError(t, reset())
			_, err := h.refresh(login.Tokens.RefreshToken)
			assertCode(t, err, domain.KindUnauthenticated, "session_ended")
		}
	})
}

func TestSeedStaffAddsWhoIsAbsent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	customer := h.user(asha)
	first := h.hire(domain.RoleValuer)
	assert.True(t, first.TOTP.Confirmed)
	assert.Equal(t, secret, h.opened())
	uc := h.seedStaff()
	const meera = domain.Phone("+919900000002")
	require.NoError(t, uc.Execute(t.Context(), identity.SeedStaffInput{Staff: []identity.StaffSeed{
		{Phone: vikram, Name: "Another Name", Role: domain.RoleAdmin, TOTPSecret: "ORSXG5BRGIZTINJW"},
		{Phone: asha, Name: "Asha Rao", Role: domain.RoleAdmin, TOTPSecret: secret},
		{Phone: meera, Name: "Meera Nair", Role: domain.RoleSupervisor, TOTPSecret: secret},
	}}))
	assert.Equal(t, first, h.user(vikram))
	assert.Equal(t, customer, h.user(asha))
	out, err := h.second(h.halfway(meera), h.code(secret))
	require.NoError(t, err)
	assert.Equal(t, domain.RoleSupervisor, out.User.Role)
}

func TestSeedStaffIsAllOrNothing(t *testing.T) {
	t.Parallel()
	seeds := []identity.StaffSeed{
		{Phone: vikram, Name: "Vikram Singh", Role: domain.RoleValuer, TOTPSecret: secret},
		{Phone: "+919900000002", Name: "Meera Nair", Role: domain.RoleCustomer, TOTPSecret: secret},
	}
	h := newHouse(t)
	err := h.seedStaff().Execute(t.Context(), identity.SeedStaffInput{Staff: seeds})
	assert.True(t, domain.IsKind(err, domain.KindInvalid))
	assertNoStaff(h)
	everyFault(t, func(h *house) (func() error, func()) {
		return func() error {
			return h.seedStaff().Execute(t.Context(), identity.SeedStaffInput{Staff: seeds[:1]})
		}, func() { assertNoStaff(h) }
	})
}

func assertNoStaff(h *house) {
	h.t.Helper()
	list, err := ports.InTx(h.t.Context(), h.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.User], error) {
		return tx.Users.Staff(ctx, domain.Page{Limit: 10})
	})
	require.NoError(h.t, err)
	assert.Empty(h.t, list.Items)
}

// TestWhoCanNoLongerReviewLosesTheirClaims looks for the job, which commits with the change: it
// runs even if the process ends right after. Repeating the change enqueues it again.
func TestWhoCanNoLongerReviewLosesTheirClaims(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   domain.StaffChange
		released bool
	}{
		"disabled":        {domain.StaffChange{Disabled: ptr(true)}, true},
		"now an ADMIN":    {domain.StaffChange{Role: ptr(domain.RoleAdmin)}, true},
		"promoted":        {domain.StaffChange{Role: ptr(domain.RoleSupervisor)}, false},
		"not disabled":    {domain.StaffChange{Disabled: ptr(false)}, false},
		"another name":    {domain.StaffChange{Name: ptr("Vikram S.")}, false},
		"a reset factor":  {domain.StaffChange{ResetTOTP: true}, false},
		"name and access": {domain.StaffChange{Name: ptr("Vikram S."), Disabled: ptr(true)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			user := h.hire(domain.RoleValuer)
			jobs := 0
			for range 2 {
				changed, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
					Actor: admin, UserID: user.ID, Version: user.Version, Change: c.change,
				})
				require.NoError(t, err)
				user = changed.User
				if c.released {
					jobs++
				}
				pending := slices.DeleteFunc(h.Runner.Pending(), func(j domain.Job) bool { return j.Kind == domain.JobSendNotice })
				require.Len(t, pending, jobs)
				for _, job := range pending {
					assert.Equal(t, domain.JobReleaseStaffClaims, job.Kind)
					assert.Equal(t, string(user.ID), job.Subject)
				}
			}
		})
	}
	h := newHouse(t)
	user := h.hire(domain.RoleValuer)
	h.Faults.Down("Jobs.Enqueue")
	_, err := h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
		Actor: admin, UserID: user.ID, Version: user.Version, Change: domain.StaffChange{Disabled: ptr(true)},
	})
	require.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
	assert.False(t, h.user(vikram).Disabled, "neither exists without the other")
}
