package identity_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func TestVerifyOtpRegistersACustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	out := h.login(asha)
	now := h.Clock.Now()
	require.NotNil(t, out.Tokens)
	assert.Nil(t, out.SecondFactor)
	assert.Equal(t, h.user(asha), out.User)
	assert.Equal(t, domain.RoleCustomer, out.User.Role)
	assert.Equal(t, domain.English, out.User.Language)

	who, err := h.AccessTokens.Verify(out.Tokens.AccessToken, now)
	require.NoError(t, err)
	assert.Equal(t, out.User.Actor(), who.Actor)
	assert.NotEmpty(t, who.SessionID)
	assert.False(t, who.SecondFactorPending)
	assert.Equal(t, now.Add(15*time.Minute), who.ExpiresAt)
	assert.Equal(t, who.ExpiresAt, out.Tokens.AccessExpiresAt)
	assert.Equal(t, now.Add(30*24*time.Hour), out.Tokens.RefreshExpiresAt)
	assert.Regexp(t, `^`+string(who.SessionID)+`\.[A-Za-z0-9_-]{43}$`, out.Tokens.RefreshToken)

	again := h.login(asha)
	assert.Greater(t, again.User.Version, out.User.Version, "the login is noted")
	again.User.Version = out.User.Version
	assert.Equal(t, out.User, again.User, "the second login finds the same customer")
	assert.NotEqual(t, out.Tokens.RefreshToken, again.Tokens.RefreshToken)
}

func TestVerifyOtpRefusesEveryBadCodeAlike(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var refusals []error
	refuse := func(phone domain.Phone, code string) {
		out, err := h.verify(phone, code)
		assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
		assert.Zero(t, out)
		refusals = append(refusals, err)
	}
	refuse(asha, "123456") // never asked for
	code := h.request(asha)
	refuse(asha, wrong(code))
	refuse(asha, "")
	refuse(asha, code+" ")
	h.asked["+919812345679"] = h.asked[asha]
	refuse("+919812345679", code) // another phone's
	_, err := h.verify(asha, code)
	require.NoError(t, err)
	refuse(asha, code) // used
	code = h.request(asha)
	h.Clock.Advance(domain.OTPTTL)
	refuse(asha, code) // expired
	for _, err := range refusals {
		assert.Equal(t, refusals[0], err)
	}
}

// wrong is a code that is not this one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestVerifyOtpForgetsACodeThatIsGuessedAt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.request(asha)
	for range domain.OTPMaxAttempts {
		_, err := h.verify(asha, wrong(code))
		assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	}
	_, err := h.verify(asha, code)
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
}

// TestWrongCodesLockNobodyOut enters many wrong codes for the numbers of a customer and of staff, in
// attempts of a stranger: both go on with the attempts that they had begun, and begin others.
func TestWrongCodesLockNobodyOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleAdmin)
	for _, phone := range []domain.Phone{asha, vikram} {
		code := h.request(phone)
		own := h.entered(phone, code)
		for range 4 {
			stranger := h.entered(phone, wrong(h.request(phone)))
			for range 2 * domain.OTPMaxAttempts {
				_, err := h.verifyOtp().Execute(h.from(client), stranger)
				assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
			}
		}
		_, err := h.verifyOtp().Execute(h.from(client), own)
		require.NoError(t, err)
		h.Clock.Advance(time.Minute)
		h.login(phone)
	}
}

// TestARaceOfCodesIsCounted enters 100 wrong codes at once in one attempt: 5 of them are compared,
// and then the right code is of no use.
func TestARaceOfCodesIsCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.request(asha)
	spy := &keptChecks{LoginAttempts: h.LoginAttempts}
	uc := h.verifyOtp()
	uc.LoginAttempts = spy
	var racing sync.WaitGroup
	for range 100 {
		racing.Go(func() {
			_, err := uc.Execute(h.from(client), h.entered(asha, wrong(code)))
			assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
		})
	}
	racing.Wait()
	assert.Equal(t, map[domain.CodeCheck]int{domain.CodeMissed: domain.OTPMaxAttempts, domain.CodeUnknown: 100 - domain.OTPMaxAttempts}, spy.checks)
	_, err := h.verify(asha, code)
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
}

// keptChecks counts the results of tries.
type keptChecks struct {
	ports.LoginAttempts
	mu     sync.Mutex
	checks map[domain.CodeCheck]int
}

func (k *keptChecks) Try(ctx context.Context, id domain.LoginID, codeHash string, now time.Time) (domain.CodeCheck, error) {
	check, err := k.LoginAttempts.Try(ctx, id, codeHash, now)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.checks == nil {
		k.checks = make(map[domain.CodeCheck]int)
	}
	k.checks[check]++
	return check, err
}

func TestVerifyOtpLetsOneOfTwoWin(t *testing.T) {
	t.Parallel()
	for range 20 {
		h := newHouse(t)
		code := h.request(asha)
		lost := raceTwo(t, func() error {
			_, err := h.verify(asha, code)
			return err
		})
		assertCode(t, lost, domain.KindUnauthenticated, "invalid_code")
	}
}

func TestVerifyOtpFindsWhoRegisteredMeanwhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.request(vikram)
	uc := h.verifyOtp()
	uc.UnitOfWork = &overtaken{UnitOfWork: h.Store, by: func() { h.hire(domain.RoleValuer) }}
	out, err := uc.Execute(h.from(client), h.entered(vikram, code))
	require.NoError(t, err)
	assert.NotNil(t, out.SecondFactor, "who was hired meanwhile is no customer")

	code = h.request(asha)
	uc.UnitOfWork = &overtaken{UnitOfWork: h.Store, by: func() {}, times: 1}
	_, err = uc.Execute(h.from(client), h.entered(asha, code))
	assertCode(t, err, domain.KindConflict, "phone_taken")
}

// overtaken is a unit of work whose first one, or more, lose the phone number to somebody.
type overtaken struct {
	ports.UnitOfWork
	by    func()
	times int
	done  int
}

func (o *overtaken) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	o.done++
	if o.done > 1+o.times {
		return o.UnitOfWork.Do(ctx, fn)
	}
	o.by()
	return domain.Conflict("phone_taken", "another user has this phone number")
}

func TestVerifyOtpAsksStaffForTheirSecondFactor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	uc := h.verifyOtp()
	user := h.hire(domain.RoleSupervisor)
	for _, enrolled := range []bool{true, false} {
		out, err := uc.Execute(h.from(client), h.entered(vikram, h.request(vikram)))
		require.NoError(t, err)
		assert.Nil(t, out.Tokens)
		assert.Zero(t, out.User, "the first factor alone tells nothing of staff")
		require.NotNil(t, out.SecondFactor)
		assert.Equal(t, enrolled, out.SecondFactor.Enrolled)
		assert.Equal(t, h.Clock.Now().Add(5*time.Minute), out.SecondFactor.ExpiresAt)
		who, err := h.AccessTokens.Verify(out.SecondFactor.Token, h.Clock.Now())
		require.NoError(t, err)
		assert.Equal(t, domain.Identity{
			Actor: user.Actor(), ExpiresAt: out.SecondFactor.ExpiresAt, SecondFactorPending: true,
		}, who)
		h.change(vikram, func(u *domain.User) { u.TOTP = domain.TOTP{} })
	}
	assert.Empty(t, h.sessions(vikram))
}

// sessions returns what is stored of a user's logins.
func (h *house) sessions(phone domain.Phone) []domain.Session {
	h.t.Helper()
	sessions, err := ports.InTx(h.t.Context(), h.Store, func(ctx context.Context, tx ports.Tx) ([]domain.Session, error) {
		user, err := tx.Users.ByPhone(ctx, phone)
		if err != nil {
			return nil, err
		}
		return tx.Sessions.Live(ctx, user.ID, h.Clock.Now())
	})
	require.NoError(h.t, err)
	return sessions
}

func TestVerifyOtpStoresNoToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	uc := h.verifyOtp()
	out, err := uc.Execute(h.from(client), h.entered(asha, h.request(asha)))
	require.NoError(t, err)
	sessions := h.sessions(asha)
	require.Len(t, sessions, 1)
	stored := sessions[0]
	assert.Regexp(t, `^[0-9a-f]{64}$`, stored.RefreshHash)
	assert.NotContains(t, fmt.Sprintf("%+v", stored), out.Tokens.RefreshToken)
	assert.Equal(t, out.User.ID, stored.UserID)
	assert.Equal(t, h.Clock.Now(), stored.CreatedAt)
	assert.Equal(t, out.Tokens.RefreshExpiresAt, stored.ExpiresAt)
}

func TestVerifyOtpTellsOnlyTheOwnerThatTheyAreDisabled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	code := h.request(asha)
	h.change(asha, disable)
	_, err := h.verify(asha, wrong(code))
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	_, err = h.verify(asha, code)
	assertCode(t, err, domain.KindForbidden, "user_disabled")
}

func TestVerifyOtpRefusesWhatIsNoPhone(t *testing.T) {
	t.Parallel()
	_, err := newHouse(t).verify("12345", "123456")
	assert.True(t, domain.IsKind(err, domain.KindInvalid))
}

func TestVerifyOtpFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		device := h.login(asha).DeviceToken
		entered := h.entered(asha, h.request(asha))
		entered.DeviceTokens = []string{device}
		return func() error {
				_, err := h.verifyOtp().Execute(h.from(client), entered)
				return err
			}, func() {
				h.login(asha) // a new code helps
			}
	})
	stranger := newHouse(t)
	code := stranger.request(asha)
	for _, down := range []string{"Quotas.Take", "LoginAttempts.Try"} {
		stranger.Faults.Down(down)
		_, err := stranger.verify(asha, code)
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "what cannot be counted is not allowed")
		stranger.Faults.Up()
	}
	stranger.Faults.Down("Quotas.GiveBack")
	_, err := stranger.verify(asha, code)
	require.NoError(t, err, "it costs the client a miss and no login")
	h := newHouse(t)
	h.hire(domain.RoleValuer)
	uc := h.verifyOtp()
	uc.AccessTokens = mute{}
	for _, phone := range []domain.Phone{asha, vikram} {
		_, err := uc.Execute(h.from(client), h.entered(phone, h.request(phone)))
		require.ErrorIs(t, err, errMute)
	}
}
