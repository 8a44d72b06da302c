package identity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// recruit hires vikram, who has no second factor yet.
func recruit(h *house, role domain.Role) domain.User {
	h.t.Helper()
	user, err := identity.CreateStaff{
		UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, PhoneNumbers: h.PhoneNumbers, OneAdmin: true,
	}.Execute(h.t.Context(), identity.CreateStaffInput{Actor: admin, Phone: string(vikram), Name: "Vikram Singh", Role: role})
	require.NoError(h.t, err)
	return user.User
}

func (h *house) enrol(who domain.Identity) (identity.EnrolTotpOutput, error) {
	return h.enrolTotp().Execute(h.t.Context(), identity.EnrolTotpInput{Identity: who})
}

func TestStaffEnrolAndLogIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := recruit(h, domain.RoleValuer)
	who := h.halfway(vikram)
	enrolment, err := h.enrol(who)
	require.NoError(t, err)
	assert.Contains(t, enrolment.URI, "otpauth://totp/PropFlow:Vikram%20Singh")
	assert.Contains(t, enrolment.URI, enrolment.Secret)
	stored := h.user(vikram).TOTP
	assert.Equal(t, domain.TOTP{Secret: enrolment.Secret}, stored, "kept, not confirmed")

	out, err := h.second(who, h.code(enrolment.Secret))
	require.NoError(t, err)
	require.NotNil(t, out.Tokens)
	assert.Nil(t, out.SecondFactor)
	assert.Empty(t, out.User.TOTP.Secret, "the secret is never answered again")
	assert.True(t, out.User.TOTP.Confirmed)
	in, err := h.AccessTokens.Verify(out.Tokens.AccessToken, h.Clock.Now())
	require.NoError(t, err)
	assert.False(t, in.SecondFactorPending)
	assert.Equal(t, domain.Actor{ID: user.ID, Role: domain.RoleValuer}, in.Actor)
	assert.Equal(t, domain.TOTP{Secret: enrolment.Secret, Confirmed: true, LastStep: h.Clock.Now().Unix() / 30}, h.user(vikram).TOTP)

	_, err = h.enrol(who)
	assertCode(t, err, domain.KindConflict, "totp_already_enrolled")
	assert.Equal(t, enrolment.Secret, h.user(vikram).TOTP.Secret)
}

func TestEnrolTotpDrawsAnewUntilConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	recruit(h, domain.RoleAdmin)
	who := h.halfway(vikram)
	first, err := h.enrol(who)
	require.NoError(t, err)
	second, err := h.enrol(who)
	require.NoError(t, err)
	require.NotEqual(t, first.Secret, second.Secret)
	_, err = h.second(who, h.code(first.Secret))
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	assert.False(t, h.user(vikram).TOTP.Confirmed, "a wrong code confirms nothing")
	_, err = h.second(who, h.code(second.Secret))
	require.NoError(t, err)
}

func TestSecondFactorIsOnlyForThoseWhoOweIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	customer := h.login(asha).User
	staff := h.hire(domain.RoleValuer)
	pending := func(a domain.Actor) domain.Identity { return domain.Identity{Actor: a, SecondFactorPending: true} }
	for name, c := range map[string]struct {
		who  domain.Identity
		kind domain.Kind
		code string
	}{
		"a finished login": {domain.Identity{Actor: staff.Actor(), SessionID: "s"}, domain.KindForbidden, "second_factor_not_pending"},
		"a customer":       {pending(customer.Actor()), domain.KindUnauthenticated, "invalid_token"},
		"nobody":           {pending(domain.Actor{ID: "nobody", Role: domain.RoleAdmin}), domain.KindUnauthenticated, "invalid_token"},
	} {
		_, err := h.enrol(c.who)
		assertCode(t, err, c.kind, c.code)
		_, err = h.second(c.who, h.code(secret))
		assertCode(t, err, c.kind, c.code)
		assert.Equal(t, staff, h.user(vikram), name)
	}
	h.change(vikram, disable)
	_, err := h.enrol(pending(staff.Actor()))
	assertCode(t, err, domain.KindForbidden, "user_disabled")
	_, err = h.second(pending(staff.Actor()), h.code(secret))
	assertCode(t, err, domain.KindForbidden, "user_disabled")
}

func TestVerifyTotpNeedsAnEnrolment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	recruit(h, domain.RoleValuer)
	for _, code := range []string{"000000", ""} {
		_, err := h.second(h.halfway(vikram), code)
		assertCode(t, err, domain.KindConflict, "totp_not_enrolled")
	}
}

func TestVerifyTotpRefusesReplays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleSupervisor)
	who := h.halfway(vikram)
	earlier, now := h.code(secret), h.Clock.Now()
	h.Clock.Advance(30 * time.Second)
	current := h.code(secret)

	_, err := h.second(who, current)
	require.NoError(t, err)
	_, err = h.second(who, current)
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	_, err = h.second(who, earlier) // still within its window, but behind the last one
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	assert.Equal(t, now.Unix()/30+1, h.user(vikram).TOTP.LastStep)

	h.Clock.Advance(30 * time.Second)
	_, err = h.second(who, h.code(secret))
	require.NoError(t, err)
}

func TestVerifyTotpLetsOneOfTwoWin(t *testing.T) {
	t.Parallel()
	for range 20 {
		h := newHouse(t)
		h.hire(domain.RoleValuer)
		who := h.halfway(vikram)
		lost := raceTwo(t, func() error {
			_, err := h.second(who, h.code(secret))
			return err
		})
		assertCode(t, lost, domain.KindUnauthenticated, "invalid_code")
	}
}

func TestVerifyTotpLimitsTries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleValuer)
	who := h.halfway(vikram)
	for range domain.TOTPMaxAttempts {
		_, err := h.second(who, wrong(h.code(secret)))
		assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	}
	_, err := h.second(who, h.code(secret))
	assertTooMany(t, err, "too_many_totp_attempts", domain.TOTPLockout)
	_, err = h.second(h.halfway(vikram), h.code(secret)) // a new first factor does not help
	assertTooMany(t, err, "too_many_totp_attempts", domain.TOTPLockout)
	h.Clock.Advance(domain.TOTPLockout)
	_, err = h.second(h.halfway(vikram), h.code(secret))
	require.NoError(t, err)
}

func TestVerifyTotpGivesTheRoleOfToday(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleAdmin)
	who := h.halfway(vikram)
	h.change(vikram, func(u *domain.User) { u.Role = domain.RoleValuer })
	out, err := h.second(who, h.code(secret))
	require.NoError(t, err)
	in, err := h.AccessTokens.Verify(out.Tokens.AccessToken, h.Clock.Now())
	require.NoError(t, err)
	assert.Equal(t, domain.RoleValuer, in.Actor.Role)
}

func TestEnrolTotpFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		recruit(h, domain.RoleValuer)
		who := h.halfway(vikram)
		return func() error {
			_, err := h.enrol(who)
			return err
		}, func() { assert.Zero(t, h.user(vikram).TOTP) }
	})
	h := newHouse(t)
	recruit(h, domain.RoleValuer)
	uc := h.enrolTotp()
	uc.SecondFactors = noFactors{}
	_, err := uc.Execute(t.Context(), identity.EnrolTotpInput{Identity: h.halfway(vikram)})
	require.ErrorIs(t, err, errMute)
	assert.Zero(t, h.user(vikram).TOTP)
}

// noFactors is SecondFactors that cannot make a secret.
type noFactors struct{ ports.SecondFactors }

func (noFactors) Enrol(string) (secret, uri string, err error) { return "", "", errMute }

func TestVerifyTotpFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		h.hire(domain.RoleValuer)
		who := h.halfway(vikram)
		return func() error {
				_, err := h.second(who, h.code(secret))
				return err
			}, func() {
				h.Clock.Advance(30 * time.Second)
				_, err := h.second(who, h.code(secret))
				require.NoError(t, err, "the next code helps")
			}
	})
}
