package identity_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	out, err := uc.Execute(t.Context(), identity.RequestOtpInput{Phone: "98123 45678", Client: client})
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

	var answers []identity.RequestOtpOutput
	for _, phone := range []domain.Phone{asha, vikram, disabled, unknown} {
		out, err := h.requestOtp().Execute(t.Context(), identity.RequestOtpInput{Phone: string(phone), Client: client})
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
	_, err = h.verifyOtp().Execute(t.Context(), first)
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
		out, err := h.requestOtp().Execute(t.Context(), identity.RequestOtpInput{Phone: string(phone), LoginID: h.asked[asha], Client: client})
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

func TestRequestOtpLimitsEachPhone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ask := func(phone string, client int) error {
		_, err := h.requestOtp().Execute(t.Context(), identity.RequestOtpInput{Phone: phone, Client: fmt.Sprintf("203.0.113.%d", client)})
		return err
	}
	for i := range domain.OTPPerPhone {
		require.NoError(t, ask(string(asha), i))
	}
	assertTooMany(t, ask("098123-45678", 99), "too_many_otp_requests", domain.OTPPerPhoneWindow)
	assert.Len(t, h.Inbox.To(asha), domain.OTPPerPhone)
	require.NoError(t, ask("98123 45679", 99), "another phone is not concerned")
	h.Clock.Advance(domain.OTPPerPhoneWindow)
	require.NoError(t, ask(string(asha), 99))
}

func TestRequestOtpLimitsEachClient(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	asked := 0
	ask := func(uc identity.RequestOtp, client string) error {
		asked++
		_, err := uc.Execute(t.Context(), identity.RequestOtpInput{Phone: fmt.Sprintf("98%08d", asked), Client: client})
		return err
	}
	for range identity.OTPPerClient {
		require.NoError(t, ask(h.requestOtp(), client))
	}
	assertTooMany(t, ask(h.requestOtp(), client), "too_many_otp_requests", time.Hour)
	assertTooMany(t, ask(h.requestOtp(), "::ffff:"+client), "too_many_otp_requests", time.Hour)
	require.NoError(t, ask(h.requestOtp(), "203.0.113.8"))

	strict := h.requestOtp()
	strict.PerClient = 2
	require.NoError(t, ask(strict, "2001:db8::1"))
	require.NoError(t, ask(strict, "2001:db8::2"))
	assertTooMany(t, ask(strict, "2001:db8::3"), "too_many_otp_requests", time.Hour)
}

func TestRequestOtpOfARefusedClientCostsThePhoneNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	uc := h.requestOtp()
	uc.PerClient = 1
	in := identity.RequestOtpInput{Phone: string(asha), Client: "198.51.100.1"}
	for i := range 3 * domain.OTPPerPhone {
		_, err := uc.Execute(t.Context(), in)
		require.Equal(t, i == 0, err == nil)
	}
	for range domain.OTPPerPhone - 1 {
		h.request(asha)
	}
}

func TestRequestOtpLimitsByKeysThatNameNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	spy := &keptKeys{RateLimiter: h.RateLimiter}
	uc := h.requestOtp()
	uc.RateLimiter = spy
	_, err := uc.Execute(t.Context(), identity.RequestOtpInput{Phone: string(asha), Client: client})
	require.NoError(t, err)
	require.Len(t, spy.keys, 2)
	for _, key := range spy.keys {
		assert.NotContains(t, key, "9812345678")
		assert.NotContains(t, key, client)
	}
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
		_, err := h.requestOtp().Execute(t.Context(), identity.RequestOtpInput{Phone: raw, Client: client})
		require.True(t, domain.IsKind(err, domain.KindInvalid), raw)
		assert.NotContains(t, err.Error(), "12345", "the value is not echoed")
	}
	assert.Empty(t, h.Inbox.Messages())
}

func TestRequestOtpSaysThatTheProviderRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Inbox.Refuse(string(asha))
	_, err := h.requestOtp().Execute(t.Context(), identity.RequestOtpInput{Phone: string(asha), Client: client})
	assertCode(t, err, domain.KindInvalid, "number_refused")
}

func TestRequestOtpFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		return func() error {
				_, err := h.requestOtp().Execute(t.Context(), identity.RequestOtpInput{Phone: string(asha), Client: client})
				return err
			}, func() {
				assert.Empty(t, h.Inbox.Messages())
			}
	})
}
