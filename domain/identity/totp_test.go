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
	out, err := h.createStaff(identity.CreateStaffInput{Phone: string(vikram), Name: "Vikram Singh", Role: role})
	require.NoError(h.t, err)
	h.handedOver = out.EnrolmentCode
	return out.User
}

// enrol enrols with the code that was handed over last.
func (h *house) enrol(who domain.Identity) (identity.TotpEnrolment, error) {
	return h.enrolBy(who, h.handedOver)
}

func (h *house) enrolBy(who domain.Identity, code string) (identity.TotpEnrolment, error) {
	return h.enrolTotp().Execute(h.t.Context(), identity.EnrolTotpInput{Identity: who, Code: code})
}

// opened returns the secret of vikram's factor in the clear, after asserting that it is not stored so.
func (h *house) opened() string {
	h.t.Helper()
	user := h.user(vikram)
	require.True(h.t, h.SecretBox.Current(user.TOTP.Secret))
	secret, err := h.SecretBox.Open(user.TOTP.Secret, string(user.ID))
	require.NoError(h.t, err)
	return secret
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
	assert.Equal(t, enrolment.Secret, h.opened())
	assert.False(t, h.user(vikram).TOTP.Confirmed)

	out, err := h.second(who, h.code(enrolment.Secret))
	require.NoError(t, err)
	require.NotNil(t, out.Tokens)
	assert.Nil(t, out.SecondFactor)
	assert.Equal(t, domain.TOTP{Confirmed: true, LastStep: h.Clock.Now().Unix() / 30}, out.User.TOTP, "the secret is never answered again")
	assert.True(t, out.User.TOTP.Confirmed)
	in, err := h.AccessTokens.Verify(out.Tokens.AccessToken, h.Clock.Now())
	require.NoError(t, err)
	assert.False(t, in.SecondFactorPending)
	assert.Equal(t, domain.Actor{ID: user.ID, Role: domain.RoleValuer}, in.Actor)
	assert.Equal(t, enrolment.Secret, h.opened())
	assert.Zero(t, h.user(vikram).Enrolment, "the code is used up")
	assert.Len(t, out.RecoveryCodes, domain.RecoveryCodes)

	_, err = h.enrol(who)
	assertCode(t, err, domain.KindConflict, "totp_already_enrolled")
	assert.Equal(t, enrolment.Secret, h.opened())
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
		_, err := h.enrolBy(c.who, "any")
		assertCode(t, err, c.kind, c.code)
		_, err = h.second(c.who, h.code(secret))
		assertCode(t, err, c.kind, c.code)
		assert.Equal(t, staff, h.user(vikram), name)
	}
	h.change(vikram, disable)
	_, err := h.enrolBy(pending(staff.Actor()), "any")
	assertCode(t, err, domain.KindForbidden, "user_disabled")
	_, err = h.second(pending(staff.Actor()), h.code(secret))
	assertCode(t, err, domain.KindForbidden, "user_disabled")
}

func TestVerifyTotpNeedsAnEnrolment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	recruit(h, domain.RoleValuer)
	_, err := h.second(h.halfway(vikram), "000000")
	assertCode(t, err, domain.KindConflict, "totp_not_enrolled")
	_, err = h.second(h.halfway(vikram), "")
	assertCode(t, err, domain.KindInvalid, "invalid_input")
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
	_, err := uc.Execute(t.Context(), identity.EnrolTotpInput{Identity: h.halfway(vikram), Code: h.handedOver})
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
