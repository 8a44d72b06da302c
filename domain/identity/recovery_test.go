package identity_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// join hires vikram, who enrols, and returns the secret of the app and the recovery codes.
func (h *house) join() (secret string, codes []string) {
	h.t.Helper()
	recruit(h, domain.RoleValuer)
	who := h.halfway(vikram)
	enrolment, err := h.enrol(who)
	require.NoError(h.t, err)
	out, err := h.second(who, h.code(enrolment.Secret))
	require.NoError(h.t, err)
	return enrolment.Secret, out.RecoveryCodes
}

func (h *house) recover(who domain.Identity, code string) (identity.LoginOutput, error) {
	return h.verifyTotp().Execute(h.t.Context(), identity.VerifyTotpInput{Identity: who, Recovery: code})
}

// told returns the templates of the notices that wait to be sent to vikram, oldest first.
func (h *house) told() []string {
	h.t.Helper()
	user := h.user(vikram)
	var told []string
	for _, job := range h.Runner.Pending() {
		if job.Kind == domain.JobSendNotice {
			notice, to, err := domain.ParseNotice(job.Subject)
			require.NoError(h.t, err)
			require.Equal(h.t, user.ID, to)
			told = append(told, notice.Compose(user, job.Key).Template)
		}
	}
	return told
}

// logged returns the codes of the security log about vikram, oldest first.
func (h *house) logged() []domain.SecurityCode {
	h.t.Helper()
	id := h.user(vikram).ID
	list, err := ports.InTx(h.t.Context(), h.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{TargetID: id}, domain.Page{Limit: 100})
	})
	require.NoError(h.t, err)
	var codes []domain.SecurityCode
	for _, event := range slices.Backward(list.Items) {
		if strings.HasPrefix(string(event.Code), "factor_") || strings.HasPrefix(string(event.Code), "recovery_") || event.Code == domain.SecurityEnrolmentIssued {
			codes = append(codes, event.Code)
		}
	}
	return codes
}

func TestARecoveryCodeLogsInOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, codes := h.join()
	require.Len(t, codes, domain.RecoveryCodes)
	stored := h.user(vikram)
	for _, code := range codes {
		assert.Len(t, strings.ReplaceAll(code, "-", ""), 16, "80 bits in base 32")
		for _, hash := range stored.TOTP.Recovery {
			assert.NotContains(t, hash, code)
		}
	}
	out, err := h.recover(h.halfway(vikram), codes[4])
	require.NoError(t, err)
	require.NotNil(t, out.Tokens)
	assert.Empty(t, out.RecoveryCodes)
	_, err = h.recover(h.halfway(vikram), codes[4])
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	_, err = h.recover(h.halfway(vikram), " "+strings.ToLower(strings.ReplaceAll(codes[0], "-", " ")))
	require.NoError(t, err, "typed as people do")
	assert.Len(t, h.user(vikram).TOTP.Recovery, domain.RecoveryCodes-2)
	assert.Equal(t, []string{"factor_enrolled.en", "recovery_used.en", "recovery_used.en"}, h.told())
	assert.Equal(t, []domain.SecurityCode{
		domain.SecurityFactorEnrolled, domain.SecurityRecoveryCodeUsed, domain.SecurityRecoveryCodeUsed,
	}, h.logged())
}

func TestOneOfTwoWinsARecoveryCode(t *testing.T) {
	t.Parallel()
	for range 20 {
		h := newHouse(t)
		_, codes := h.join()
		who := h.halfway(vikram)
		lost := raceTwo(t, func() error {
			_, err := h.recover(who, codes[0])
			return err
		})
		assertCode(t, lost, domain.KindUnauthenticated, "invalid_code")
	}
}

// A factor that the release before reset keeps the hashes of its recovery codes, which must be worthless.
func TestRecoveryCodesEndWithTheirFactor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, codes := h.join()
	hashes := h.user(vikram).TOTP.Recovery
	other, err := h.SecretBox.Seal("ORSXG5BRGIZTINJWORSXG5BRGIZTINJW", string(h.user(vikram).ID))
	require.NoError(t, err)
	h.change(vikram, func(u *domain.User) { u.TOTP = domain.TOTP{Secret: other, Confirmed: true, Recovery: hashes} })
	_, err = h.recover(h.halfway(vikram), codes[0])
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")

	h.change(vikram, func(u *domain.User) { u.TOTP = domain.TOTP{} })
	_, err = h.recover(h.halfway(vikram), codes[0])
	assertCode(t, err, domain.KindConflict, "totp_not_enrolled")
}

// A thief who reads vikram's SMS can use up the tries of the app's codes: vikram gets in by a recovery code, and
// from his own network by the app.
func TestStrangersLockNobodyOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, codes := h.join()
	h.Clock.Advance(time.Hour)
	thief := ports.WithClient(t.Context(), "203.0.113.9")
	try := func(ctx context.Context, in identity.VerifyTotpInput) error {
		_, err := h.verifyTotp().Execute(ctx, in)
		return err
	}
	who := h.halfway(vikram)
	for range domain.TOTPMaxAttempts {
		assertCode(t, try(thief, identity.VerifyTotpInput{Identity: who, Code: wrong(h.code(secret))}), domain.KindUnauthenticated, "invalid_code")
	}
	assertTooMany(t, try(thief, identity.VerifyTotpInput{Identity: who, Code: h.code(secret)}), "too_many_totp_attempts", domain.TOTPLockout)
	home := ports.WithClient(t.Context(), "198.51.100.7")
	require.NoError(t, try(home, identity.VerifyTotpInput{Identity: who, Code: h.code(secret)}), "the network of the holder has tries of its own")

	for i := range domain.TOTPPerHour { // from many networks
		from := ports.WithClient(t.Context(), "192.0.2."+string(rune('0'+i%10))+string(rune('0'+i/10)))
		_ = try(from, identity.VerifyTotpInput{Identity: who, Code: wrong(h.code(secret))})
	}
	h.Clock.Advance(30 * time.Second)
	assertTooMany(t, try(home, identity.VerifyTotpInput{Identity: who, Code: h.code(secret)}), "too_many_totp_attempts", time.Hour)
	require.NoError(t, try(home, identity.VerifyTotpInput{Identity: who, Recovery: codes[0]}), "a recovery code is the way in")
}

func TestAReplayIsReportedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _ := h.join()
	h.change(vikram, func(u *domain.User) { u.Language = domain.Hindi })
	who := h.halfway(vikram)
	for range 3 { // the code that confirmed the enrolment
		_, err := h.second(who, h.code(secret))
		assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	}
	assert.Equal(t, []string{"factor_enrolled.hi", "factor_replayed.hi"}, h.told(), "one message for a code")
	assert.Equal(t, []domain.SecurityCode{
		domain.SecurityFactorEnrolled, domain.SecurityFactorReplayed, domain.SecurityFactorReplayed, domain.SecurityFactorReplayed,
	}, h.logged())
	_, err := h.second(who, wrong(h.code(secret)))
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	assert.Len(t, h.told(), 2, "a wrong code is no replay")
}
