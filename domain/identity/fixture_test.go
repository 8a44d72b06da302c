package identity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

const (
	asha   = domain.Phone("+919812345678") // a customer
	vikram = domain.Phone("+919900000001") // staff
	client = "203.0.113.7"
	secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" // of vikram's authenticator app
)

var (
	pepper = []byte("a pepper for tests only")
	// refreshKeys derive refresh tokens.
	refreshKeys = [][]byte{[]byte("a key for tests only"), []byte("the key before")}
	admin       = domain.Actor{ID: "admin", Role: domain.RoleAdmin}
)

// house is one of everything, and a short way to every use case.
type house struct {
	*memory.Ports
	t          *testing.T
	handedOver string // the enrolment code that recruit got
	// asked has the newest attempt of each number, as the clients of this house got it.
	asked map[domain.Phone]domain.LoginID
}

func newHouse(t *testing.T) *house {
	return &house{Ports: memory.ForTest(), t: t, asked: make(map[domain.Phone]domain.LoginID)}
}

func (h *house) requestOtp() identity.RequestOtp {
	return identity.RequestOtp{
		UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, Entropy: h.Entropy, PhoneNumbers: h.PhoneNumbers,
		RateLimiter: h.RateLimiter, Quotas: h.Quotas, LoginAttempts: h.LoginAttempts, Afterwards: h.Afterwards,
		Messenger: h.Inbox, CodeSends: h.CodeSends, Pepper: pepper, Limits: domain.DefaultOTPLimits,
	}
}

func (h *house) verifyOtp() identity.VerifyOtp {
	return identity.VerifyOtp{
		UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, Entropy: h.Entropy, PhoneNumbers: h.PhoneNumbers,
		Quotas: h.Quotas, LoginAttempts: h.LoginAttempts, AccessTokens: h.AccessTokens, Pepper: pepper,
	}
}

func (h *house) enrolTotp() identity.EnrolTotp {
	return identity.EnrolTotp{
		UnitOfWork: h.Store, Clock: h.Clock, RateLimiter: h.RateLimiter, SecondFactors: h.SecondFactors, SecretBox: h.SecretBox,
	}
}

func (h *house) verifyTotp() identity.VerifyTotp {
	return identity.VerifyTotp{
		UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, Entropy: h.Entropy, RateLimiter: h.RateLimiter,
		SecondFactors: h.SecondFactors, SecretBox: h.SecretBox, AccessTokens: h.AccessTokens,
	}
}

func (h *house) refreshTokens() identity.RefreshTokens {
	return identity.RefreshTokens{
		UnitOfWork: h.Store, Clock: h.Clock, AccessTokens: h.AccessTokens, Keys: refreshKeys,
	}
}

func (h *house) updateStaff() identity.UpdateStaff {
	return identity.UpdateStaff{UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, Entropy: h.Entropy, OneAdmin: true}
}

func (h *house) seedStaff() identity.SeedStaff {
	return identity.SeedStaff{UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, SecretBox: h.SecretBox}
}

// from returns a context of a request from this address.
func (h *house) from(address string) context.Context { return ports.WithClient(h.t.Context(), address) }

// request asks for a code without limits, and returns what was sent.
func (h *house) request(phone domain.Phone) string {
	h.t.Helper()
	uc := h.requestOtp()
	uc.Limits = domain.OTPLimits{PerClient: 1e6, PerHour: 1e6, PerDay: 1e6, BudgetMinute: 1e6, BudgetHour: 1e6}
	out, err := uc.Execute(h.from(client), identity.RequestOtpInput{Phone: string(phone)})
	require.NoError(h.t, err)
	h.asked[phone] = out.LoginID
	return h.Inbox.To(phone)[0].Message.Params[0]
}

func (h *house) verify(phone domain.Phone, code string) (identity.LoginOutput, error) {
	return h.verifyOtp().Execute(h.from(client), h.entered(phone, code))
}

// entered is the code as entered in the number's newest attempt.
func (h *house) entered(phone domain.Phone, code string) identity.VerifyOtpInput {
	return identity.VerifyOtpInput{LoginID: h.asked[phone], Phone: string(phone), Code: code}
}

// login does the first factor.
func (h *house) login(phone domain.Phone) identity.LoginOutput {
	h.t.Helper()
	out, err := h.verify(phone, h.request(phone))
	require.NoError(h.t, err)
	return out
}

// halfway is the identity of staff who gave the first factor.
func (h *house) halfway(phone domain.Phone) domain.Identity {
	h.t.Helper()
	out := h.login(phone)
	require.NotNil(h.t, out.SecondFactor)
	who, err := h.AccessTokens.Verify(out.SecondFactor.Token, h.Clock.Now())
	require.NoError(h.t, err)
	return who
}

func (h *house) second(who domain.Identity, code string) (identity.LoginOutput, error) {
	return h.verifyTotp().Execute(h.t.Context(), identity.VerifyTotpInput{Identity: who, Code: code})
}

// code is what the authenticator app of the secret shows now.
func (h *house) code(secret string) string { return memory.TOTPCode(secret, h.Clock.Now()) }

func (h *house) refresh(token string) (identity.LoginOutput, error) {
	return h.refreshTokens().Execute(h.t.Context(), identity.RefreshTokensInput{RefreshToken: token})
}

// hire seeds vikram, whose second factor is confirmed.
func (h *house) hire(role domain.Role) domain.User {
	h.t.Helper()
	err := h.seedStaff().Execute(h.t.Context(), identity.SeedStaffInput{
		Staff: []identity.StaffSeed{{Phone: vikram, Name: "Vikram Singh", Role: role, TOTPSecret: secret}},
	})
	require.NoError(h.t, err)
	return h.user(vikram)
}

// user reads a user as stored.
func (h *house) user(phone domain.Phone) domain.User {
	h.t.Helper()
	user, err := h.find(phone)
	require.NoError(h.t, err)
	return user
}

func (h *house) find(phone domain.Phone) (domain.User, error) {
	return ports.InTx(h.t.Context(), h.Store, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.ByPhone(ctx, phone)
	})
}

// change alters a stored user behind the use cases' backs.
func (h *house) change(phone domain.Phone, alter func(*domain.User)) {
	h.t.Helper()
	require.NoError(h.t, h.Store.Do(h.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.ByPhone(ctx, phone)
		if err != nil {
			return err
		}
		alter(&user)
		return tx.Users.Update(ctx, &user)
	}))
}

func disable(u *domain.User) { u.Disabled = true }

// everyFault lets each call of every port fail once, and asserts that the use case says so.
// prepare readies a fresh house and returns the call, and what to check once it failed.
func everyFault(t *testing.T, prepare func(h *house) (call func() error, after func())) {
	t.Helper()
	const enough = 50
	for n := 1; n < enough; n++ {
		h := newHouse(t)
		call, after := prepare(h)
		h.Faults.FailCall(n)
		err := call()
		if !h.Faults.Fired() {
			require.NoError(t, err)
			require.Greater(t, n, 1, "the use case calls nothing")
			return
		}
		h.Faults.Up()
		assert.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d fails: %v", n, err)
		after()
	}
	require.Fail(t, "the use case never ends")
}

// assertCode asserts the kind and the code of an error.
func assertCode(t *testing.T, err error, kind domain.Kind, code string) {
	t.Helper()
	assert.Equal(t, kind, domain.KindOf(err), "%v", err)
	assert.Equal(t, code, domain.CodeOf(err), "%v", err)
}

// assertTooMany asserts that a limit is used up and says until when.
func assertTooMany(t *testing.T, err error, code string, atMost time.Duration) {
	t.Helper()
	assertCode(t, err, domain.KindTooMany, code)
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	assert.Greater(t, e.RetryAfter, time.Duration(0))
	assert.LessOrEqual(t, e.RetryAfter, atMost)
}

var errMute = errors.New("the signer is mute")

// mute is AccessTokens that cannot sign.
type mute struct{ ports.AccessTokens }

func (mute) Issue(domain.Identity) (string, error) { return "", errMute }

// raceTwo runs f twice at the same time, asserts that exactly one run wins and returns the
// other's error.
func raceTwo(t *testing.T, f func() error) error {
	t.Helper()
	start, done := make(chan struct{}), make(chan error)
	for range 2 {
		go func() {
			<-start
			done <- f()
		}()
	}
	close(start)
	first, second := <-done, <-done
	require.NotEqual(t, first == nil, second == nil, "exactly one wins: %v and %v", first, second)
	return errors.Join(first, second)
}
