package identity_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

func TestRequestOtpSendsACodeAndKeepsItsHash(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	kept := &keptAttempts{LoginAttempts: h.LoginAttempts}
	uc := h.requestOtp()
	uc.LoginAttempts = kept
	out, err := uc.Execute(h.from(client), identity.RequestOtpInput{Phone: "98123 45678"})
	require.NoError(t, err)
	assert.NotEmpty(t, out.LoginID)
	assert.Equal(t, identity.RequestOtpOutput{
		LoginID: out.LoginID, ExpiresAt: h.Clock.Now().Add(5 * time.Minute), ResendAfter: 30 * time.Second,
	}, out)

	sent := h.Inbox.Messages()
	require.Len(t, sent, 1)
	message := sent[0].Message
	assert.Equal(t, domain.Recipient{Phone: asha}, message.To)
	assert.Equal(t, domain.ChannelSMS, message.Channel)
	assert.Equal(t, "otp.en", message.Template)
	require.Len(t, message.Params, 1)
	code := message.Params[0]
	assert.Regexp(t, `^[0-9]{6}$`, code)

	require.Len(t, kept.attempts, 1)
	mac := hmac.New(sha256.New, pepper)
	mac.Write([]byte(string(out.LoginID) + ":" + string(asha) + ":" + code))
	subject := hmac.New(sha256.New, pepper)
	subject.Write([]byte(asha))
	assert.Equal(t, domain.LoginAttempt{
		ID: out.LoginID, Subject: hex.EncodeToString(subject.Sum(nil)), CodeHash: hex.EncodeToString(mac.Sum(nil)), ExpiresAt: out.ExpiresAt,
	}, kept.attempts[0])
}

// keptAttempts remembers the attempts that began.
type keptAttempts struct {
	ports.LoginAttempts
	attempts []domain.LoginAttempt
}

func (k *keptAttempts) Begin(ctx context.Context, attempt domain.LoginAttempt) error {
	k.attempts = append(k.attempts, attempt)
	return k.LoginAttempts.Begin(ctx, attempt)
}

func TestRequestOtpSpeaksTheUsersLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	h.change(asha, func(u *domain.User) { u.Language = domain.Hindi })
	h.request(asha)
	assert.Equal(t, "otp.hi", h.Inbox.To(asha)[0].Message.Template)
}

func TestRequestOtpAnswersEverybodyAlike(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	h.hire(domain.RoleAdmin)
	const disabled, unknown = domain.Phone("+919812300001"), domain.Phone("+919812300002")
	h.login(disabled)
	h.change(disabled, disable)
	before := len(h.Inbox.To(disabled))
	h.Clock.Advance(30 * time.Second)

	var answers []identity.RequestOtpOutput
	for _, phone := range []domain.Phone{asha, vikram, disabled, unknown} {
		out, err := h.requestOtp().Execute(h.from(client), identity.RequestOtpInput{Phone: string(phone)})
		require.NoError(t, err)
		assert.NotEmpty(t, out.LoginID)
		out.LoginID = ""
		answers = append(answers, out)
	}
	for _, answer := range answers {
		assert.Equal(t, answers[0], answer)
	}
	assert.Len(t, h.Inbox.To(disabled), before, "disabled users are sent nothing")
	assert.Len(t, h.Inbox.To(unknown), 1)
	_, err := h.find(unknown)
	assert.True(t, domain.IsKind(err, domain.KindNotFound), "asking registers nobody")
}

func TestRequestOtpGivesEachAttemptItsCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.entered(asha, h.request(asha))
	first.LoginID = h.asked[asha]
	second := h.request(asha)
	require.NotEqual(t, first.Code, second)
	_, err := h.verify(asha, first.Code)
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	_, err = h.verify(asha, second)
	require.NoError(t, err)
	_, err = h.verifyOtp().Execute(h.from(client), first)
	require.NoError(t, err, "the other attempt goes on")
}

func TestRequestOtpGivesAnAttemptAnotherCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.request(asha)
	for range domain.OTPMaxAttempts - 1 {
		_, err := h.verify(asha, wrong(first))
		assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	}
	again := func(phone domain.Phone) domain.LoginID {
		uc := h.requestOtp()
		uc.Limits.ResendAfter, uc.Limits.PerHour = 0, 100
		out, err := uc.Execute(h.from(client), identity.RequestOtpInput{Phone: string(phone), LoginID: h.asked[asha]})
		require.NoError(t, err)
		return out.LoginID
	}
	assert.NotEqual(t, h.asked[asha], again("+919812345679"), "another number's attempt is another one")
	assert.Equal(t, h.asked[asha], again(asha))
	second := h.Inbox.To(asha)[0].Message.Params[0]
	_, err := h.verify(asha, wrong(second))
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	_, err = h.verify(asha, second)
	assertCode(t, err, domain.KindUnauthenticated, "invalid_code")
	assert.NotEqual(t, h.asked[asha], again(asha), "the attempt ended with its fifth miss")
}

// ask asks for a code for a number, from an address and with the tokens of devices.
func (h *house) ask(phone domain.Phone, address string, devices ...string) error {
	out, err := h.requestOtp().Execute(h.from(address), identity.RequestOtpInput{Phone: string(phone), DeviceTokens: devices})
	h.asked[phone] = out.LoginID
	return err
}

// addresses returns the n-th address of strangers.
func addresses(n int) string { return fmt.Sprintf("198.51.%d.%d", n>>8, n&255) }

func TestRequestOtpLimitsEachNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	began := h.Clock.Now()
	require.NoError(t, h.ask(asha, addresses(0)))
	assertTooMany(t, h.ask("098123-45678", addresses(1)), "too_many_otp_requests", 30*time.Second)
	require.NoError(t, h.ask("98123 45679", addresses(1)), "another number is not concerned")
	sends := 1
	for n := 2; h.Clock.Now().Before(began.Add(24*time.Hour - time.Minute)); n++ {
		h.Clock.Advance(30 * time.Second)
		if h.ask(asha, addresses(n)) == nil {
			sends++
		}
		if h.Clock.Now().Before(began.Add(time.Hour)) {
			require.LessOrEqual(t, sends, 10)
		}
		require.LessOrEqual(t, sends, 30)
		require.Len(t, h.Inbox.To(asha), sends)
	}
	require.Equal(t, 30, sends)
	h.Clock.Advance(time.Minute)
	require.NoError(t, h.ask(asha, addresses(0)), "a day later")
}

// TestStrangersCannotKeepAKnownDeviceWaiting has strangers use up the limits of a number. The device
// that logged in before goes on to get its codes, within limits of its own.
func TestStrangersCannotKeepAKnownDeviceWaiting(t *testing.T) {
	t.Parallel()
	for name, phone := range map[string]domain.Phone{"a customer": asha, "staff": vikram} {
		h := newHouse(t)
		device := h.enteredDevice(phone)
		for n := range 200 {
			_ = h.ask(phone, addresses(n))
			h.Clock.Advance(30 * time.Second)
		}
		require.Error(t, h.ask(phone, addresses(1)), "strangers have used up their limit")
		require.NoError(t, h.ask(phone, client, device), name)
		assertTooMany(t, h.ask(phone, client, device), "too_many_otp_requests", 30*time.Second)
		for range 9 {
			h.Clock.Advance(30 * time.Second)
			require.NoError(t, h.ask(phone, client, "planted", device), name)
		}
		h.Clock.Advance(30 * time.Second)
		assertTooMany(t, h.ask(phone, client, device), "too_many_otp_requests", time.Hour)
		require.NoError(t, h.ask("98123 00000", addresses(2), device), "the device is a stranger to other numbers")
		assertTooMany(t, h.ask("98123 00000", addresses(2), device), "too_many_otp_requests", 30*time.Second)
	}
}

// enteredDevice logs in asha, or vikram as an ADMIN, and returns the token of the device.
func (h *house) enteredDevice(phone domain.Phone) string {
	h.t.Helper()
	if phone != vikram {
		return h.login(phone).DeviceToken
	}
	h.hire(domain.RoleAdmin)
	out, err := h.second(h.halfway(vikram), h.code(secret))
	require.NoError(h.t, err)
	require.NotEmpty(h.t, out.DeviceToken)
	return out.DeviceToken
}

func TestRequestOtpForgetsUnusedDevices(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	device := h.login(asha).DeviceToken
	h.Clock.Advance(domain.DeviceUnused)
	require.NoError(t, h.ask(asha, client, device))
	require.Error(t, h.ask(asha, addresses(1)), "it shares the limit of strangers")
}

func TestRequestOtpLimitsEachClient(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	asked := 0
	ask := func(uc identity.RequestOtp, address string) error {
		asked++
		_, err := uc.Execute(h.from(address), identity.RequestOtpInput{Phone: fmt.Sprintf("98%08d", asked)})
		return err
	}
	for range 600 { // a branch, or a carrier
		require.NoError(t, ask(h.requestOtp(), client))
	}
	assertTooMany(t, ask(h.requestOtp(), client), "too_many_otp_requests", time.Hour)
	assertTooMany(t, ask(h.requestOtp(), "::ffff:"+client), "too_many_otp_requests", time.Hour)
	require.NoError(t, ask(h.requestOtp(), "203.0.113.8"))

	strict := h.requestOtp()
	strict.Limits.PerClient = 2
	require.NoError(t, ask(strict, "2001:db8::1"))
	require.NoError(t, ask(strict, "2001:db8::2"))
	assertTooMany(t, ask(strict, "2001:db8::3"), "too_many_otp_requests", time.Hour)
}

func TestRequestOtpOfARefusedClientCostsTheNumberNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	uc := h.requestOtp()
	uc.Limits.PerClient = 1
	for i := range 30 {
		_, err := uc.Execute(h.from(addresses(1)), identity.RequestOtpInput{Phone: string(asha)})
		require.Equal(t, i == 0, err == nil)
	}
	for n := range 9 {
		h.Clock.Advance(30 * time.Second)
		require.NoError(t, h.ask(asha, addresses(2+n)))
	}
}

// TestRequestOtpAnswersBeforeItSends counts what is done before the answer for a known, an unknown
// and a disabled number, and has the message sent after it.
func TestRequestOtpAnswersBeforeItSends(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	h.hire(domain.RoleAdmin)
	const disabled, unknown = domain.Phone("+919812300001"), domain.Phone("+919812300002")
	h.login(disabled)
	h.change(disabled, disable)
	h.Clock.Advance(30 * time.Second)
	before := len(h.Inbox.Messages())
	h.Afterwards.Hold()
	for _, devices := range [][]string{nil, {"not known"}} {
		calls := make(map[int]bool)
		for _, phone := range []domain.Phone{asha, vikram, disabled, unknown} {
			h.Faults.FailCall(1000) // counts from here
			require.NoError(t, h.ask(phone, client, devices...))
			calls[h.Faults.Calls()] = true
		}
		assert.Len(t, calls, 1, "every number costs as many calls of ports before the answer")
		h.Clock.Advance(30 * time.Second)
	}
	assert.Len(t, h.Inbox.Messages(), before, "nothing is sent before the answer")
	h.Afterwards.Release()
	assert.Len(t, h.Inbox.Messages(), before+6, "the disabled number gets none")
}

// TestRequestOtpSendsWithinABudget has strangers ask for codes for numbers of nobody: once the budget
// is spent, users alone get codes, and everybody the same answer.
func TestRequestOtpSendsWithinABudget(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	h.Clock.Advance(2 * time.Hour)
	uc := h.requestOtp()
	uc.Limits.BudgetMinute, uc.Limits.BudgetHour = 10, 100
	told, sent := len(h.CodeSends.All()), len(h.Inbox.Messages())
	for n := range 3599 {
		h.Clock.Advance(time.Second)
		_, err := uc.Execute(h.from(addresses(n)), identity.RequestOtpInput{Phone: fmt.Sprintf("97%08d", n)})
		require.NoError(t, err)
	}
	assert.Len(t, h.Inbox.Messages(), sent+100)
	out, err := uc.Execute(h.from(client), identity.RequestOtpInput{Phone: string(asha)})
	require.NoError(t, err)
	h.asked[asha] = out.LoginID
	_, err = h.verify(asha, h.Inbox.To(asha)[0].Message.Params[0])
	require.NoError(t, err)

	counts, near := make(map[ports.CodeOutcome]int), 0
	for _, send := range h.CodeSends.All()[told:] {
		counts[send.Outcome]++
		if send.BudgetUsed >= 80 {
			near++
		}
	}
	assert.Equal(t, map[ports.CodeOutcome]int{ports.CodeSent: 101, ports.CodeWithheld: 3499}, counts)
	assert.Greater(t, near, 3499, "operators learn of it before it is spent")
}

// TestRequestOtpSendsAgainAfterAFailure has the provider fail: the same attempt gets another code at
// once, while another one must wait.
func TestRequestOtpSendsAgainAfterAFailure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	again := func(attempt domain.LoginID) (identity.RequestOtpOutput, error) {
		return h.requestOtp().Execute(h.from(client), identity.RequestOtpInput{Phone: string(asha), LoginID: attempt})
	}
	h.Faults.Down("Messenger.Send")
	require.NoError(t, h.ask(asha, client))
	attempt := h.asked[asha]
	assertTooMany(t, h.ask(asha, client), "too_many_otp_requests", 30*time.Second)
	_, err := again(attempt)
	require.NoError(t, err, "it fails again, afterwards")
	h.Faults.Up()
	out, err := again(attempt)
	require.NoError(t, err)
	assert.Equal(t, attempt, out.LoginID)
	_, err = again(attempt)
	assertTooMany(t, err, "too_many_otp_requests", 30*time.Second)
	h.asked[asha] = attempt
	_, err = h.verify(asha, h.Inbox.To(asha)[0].Message.Params[0])
	require.NoError(t, err)

	var outcomes []ports.CodeOutcome
	for _, send := range h.CodeSends.All() {
		outcomes = append(outcomes, send.Outcome)
	}
	assert.Equal(t, []ports.CodeOutcome{ports.CodeFailed, ports.CodeFailed, ports.CodeSent}, outcomes)
}

func TestRequestOtpLimitsByKeysThatNameNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	limiter, quotas := &keptKeys{RateLimiter: h.RateLimiter}, &keptQuotas{Quotas: h.Quotas}
	device := h.login(asha).DeviceToken
	uc := h.requestOtp()
	uc.RateLimiter, uc.Quotas, uc.Limits.ResendAfter = limiter, quotas, 0
	for _, devices := range [][]string{nil, {device}} {
		_, err := uc.Execute(h.from(client), identity.RequestOtpInput{Phone: string(asha), DeviceTokens: devices})
		require.NoError(t, err)
	}
	keys := slices.Concat(limiter.keys, quotas.keys)
	require.Len(t, keys, 6)
	for _, key := range keys {
		assert.NotContains(t, key, "9812345678")
		assert.NotContains(t, key, client)
		assert.NotContains(t, key, device)
	}
}

// keptQuotas remembers the keys that are counted.
type keptQuotas struct {
	ports.Quotas
	keys []string
}

func (k *keptQuotas) Take(ctx context.Context, key string, rates []domain.Rate, now time.Time) (ports.Quota, error) {
	k.keys = append(k.keys, key)
	return k.Quotas.Take(ctx, key, rates, now)
}

func (k *keptQuotas) Add(ctx context.Context, key string, rates []domain.Rate, now time.Time) (ports.Quota, error) {
	k.keys = append(k.keys, key)
	return k.Quotas.Add(ctx, key, rates, now)
}

// keptKeys remembers the keys that are counted.
type keptKeys struct {
	ports.RateLimiter
	mu   sync.Mutex
	keys []string
}

func (k *keptKeys) Allow(ctx context.Context, key string, limit int, window time.Duration, now time.Time) (ports.RateLimit, error) {
	k.mu.Lock()
	k.keys = append(k.keys, key)
	k.mu.Unlock()
	return k.RateLimiter.Allow(ctx, key, limit, window, now)
}

func TestRequestOtpRefusesWhatIsNoPhone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, raw := range []string{"", "12345", "+1 212 555 0100", "asha"} {
		_, err := h.requestOtp().Execute(h.from(client), identity.RequestOtpInput{Phone: raw})
		require.True(t, domain.IsKind(err, domain.KindInvalid), raw)
		assert.NotContains(t, err.Error(), "12345", "the value is not echoed")
	}
	assert.Empty(t, h.Inbox.Messages())
}

func TestRequestOtpCountsWhatTheProviderRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Inbox.Refuse(string(asha))
	require.NoError(t, h.ask(asha, client), "the answer comes before")
	sends := h.CodeSends.All()
	require.Len(t, sends, 1)
	assert.Equal(t, ports.CodeRefused, sends[0].Outcome)
	assertCode(t, sends[0].Err, domain.KindInvalid, "number_refused")
}

func TestRequestOtpFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		h.Afterwards.Hold()
		return func() error { return h.ask(asha, client, "a device") }, func() {
			h.Afterwards.Release()
			assert.Empty(t, h.Inbox.Messages())
		}
	})
}
