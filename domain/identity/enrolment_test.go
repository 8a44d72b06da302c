package identity_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func (h *house) issue(user domain.UserID) (identity.StaffOutput, error) {
	return identity.IssueEnrolmentCode{UnitOfWork: h.Store, Clock: h.Clock, Entropy: h.Entropy}.Execute(h.t.Context(),
		identity.IssueEnrolmentCodeInput{Actor: admin, UserID: user})
}

func TestWhoHasOnlyTheNumberEnrolsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	recruit(h, domain.RoleAdmin)
	who := h.halfway(vikram)
	for _, code := range []string{"", "0000-0000-0000-0000-0000-0000", h.user(vikram).Enrolment.CodeHash, h.handedOver[1:]} {
		_, err := h.enrolBy(who, code)
		assertCode(t, err, domain.KindConflict, "enrolment_code_refused")
	}
	assert.Zero(t, h.user(vikram).TOTP)
	_, err := h.enrolBy(who, strings.ToLower(strings.ReplaceAll(h.handedOver, "-", " ")))
	require.NoError(t, err, "the fifth try, typed as people do")
	_, err = h.enrol(who)
	assertTooMany(t, err, "too_many_totp_attempts", domain.TOTPLockout)
}

func TestAnEnrolmentCodeIsLongEnoughAndNowhereInTheClear(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	recruit(h, domain.RoleAdmin)
	plain := strings.ReplaceAll(h.handedOver, "-", "")
	assert.GreaterOrEqual(t, len(plain)*5, 112, "bits")
	stored, err := json.Marshal(h.user(vikram))
	require.NoError(t, err)
	assert.NotContains(t, string(stored), plain)
	assert.NotContains(t, string(stored), h.handedOver)
}

func TestAnEnrolmentCodeIsGoodForADayAndOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := recruit(h, domain.RoleValuer)
	first := h.handedOver
	h.Clock.Advance(domain.EnrolmentTTL)
	_, err := h.enrol(h.halfway(vikram))
	assertCode(t, err, domain.KindConflict, "enrolment_code_refused")

	out, err := h.issue(user.ID)
	require.NoError(t, err)
	assert.Equal(t, h.Clock.Now().Add(domain.EnrolmentTTL), out.EnrolmentExpiresAt)
	who := h.halfway(vikram)
	_, err = h.enrolBy(who, first)
	assertCode(t, err, domain.KindConflict, "enrolment_code_refused")
	enrolled, err := h.enrolBy(who, out.EnrolmentCode)
	require.NoError(t, err)

	// Another code voids what was enrolled by the one before, and not confirmed.
	again, err := h.issue(user.ID)
	require.NoError(t, err)
	_, err = h.second(who, h.code(enrolled.Secret))
	assertCode(t, err, domain.KindConflict, "totp_not_enrolled")
	enrolled, err = h.enrolBy(who, again.EnrolmentCode)
	require.NoError(t, err)
	_, err = h.second(who, h.code(enrolled.Secret))
	require.NoError(t, err)
	_, err = h.issue(user.ID)
	assertCode(t, err, domain.KindConflict, "totp_already_enrolled")

	// A reset needs a new code: the used one is void.
	_, err = h.updateStaff().Execute(t.Context(), identity.UpdateStaffInput{
		Actor: admin, UserID: user.ID, Version: h.user(vikram).Version, Change: domain.StaffChange{ResetTOTP: true},
	})
	require.NoError(t, err)
	_, err = h.enrolBy(h.halfway(vikram), again.EnrolmentCode)
	assertCode(t, err, domain.KindConflict, "enrolment_code_refused")
	assert.Equal(t, []string{"factor_enrolled.en", "factor_reset.en"}, h.told())
}

// An enrolment that is not confirmed while its code is valid is void, and so is what the release before
// enrolled without a code.
func TestAnEnrolmentIsConfirmedInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	recruit(h, domain.RoleValuer)
	enrolled, err := h.enrol(h.halfway(vikram))
	require.NoError(t, err)
	h.Clock.Advance(domain.EnrolmentTTL)
	_, err = h.second(h.halfway(vikram), h.code(enrolled.Secret))
	assertCode(t, err, domain.KindConflict, "totp_not_enrolled")

	h.change(vikram, func(u *domain.User) { u.TOTP, u.Enrolment = domain.TOTP{Secret: secret}, domain.Enrolment{} })
	_, err = h.second(h.halfway(vikram), h.code(secret))
	assertCode(t, err, domain.KindConflict, "totp_not_enrolled")
}

func TestIssueEnrolmentCodeRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	customer := h.login(asha).User
	for _, id := range []domain.UserID{customer.ID, "nobody"} {
		_, err := h.issue(id)
		assertCode(t, err, domain.KindNotFound, "staff_not_found")
	}
	everyFault(t, func(h *house) (func() error, func()) {
		user := recruit(h, domain.RoleValuer)
		return func() error {
				_, err := h.issue(user.ID)
				return err
			}, func() {
				_, err := h.enrol(h.halfway(vikram))
				require.NoError(t, err, "the code before is as good as ever")
			}
	})
}

func TestAnOperatorResetsWhoLostEverything(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.join()
	login, err := h.second(h.halfway(vikram), func() string { h.Clock.Advance(time.Minute); return h.code(h.opened()) }())
	require.NoError(t, err)
	uc := identity.ResetFactor{UnitOfWork: h.Store, Clock: h.Clock, Entropy: h.Entropy, PhoneNumbers: h.PhoneNumbers}
	out, err := uc.Execute(t.Context(), identity.ResetFactorInput{Phone: string(vikram)})
	require.NoError(t, err)
	assert.Zero(t, h.user(vikram).TOTP)
	_, err = h.refresh(login.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.enrolBy(h.halfway(vikram), out.EnrolmentCode)
	require.NoError(t, err)
	assert.Contains(t, h.told(), "factor_reset.en")

	h.login(asha)
	for phone, kind := range map[domain.Phone]domain.Kind{asha: domain.KindNotFound, "+919900000099": domain.KindNotFound, "12": domain.KindInvalid} {
		_, err = uc.Execute(t.Context(), identity.ResetFactorInput{Phone: string(phone)})
		assert.True(t, domain.IsKind(err, kind), "%s: %v", phone, err)
	}
}
