package identity_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

const (
	attackers = 1000
	victims   = 100
)

// siege is an hour of virtual time in which strangers guess at the codes of users, who log in meanwhile.
type siege struct {
	*house
	random  *rand.Rand
	phones  []domain.Phone
	devices []string // of the users, in the order of phones
	sms     *mailbox
	checks  *keptChecks
	request identity.RequestOtp
	verify  identity.VerifyOtp

	guessed, refused, logins int
}

// mailbox is a Messenger that has the newest code of each number, and when messages were sent.
type mailbox struct {
	ports.Messenger
	clock ports.Clock
	codes map[domain.Phone]string
	times []time.Time
}

func (m *mailbox) Send(_ context.Context, message domain.Message) (string, error) {
	m.codes[message.To.Phone] = message.Params[0]
	m.times = append(m.times, m.clock.Now())
	return "", nil
}

// most returns the greatest number of messages in any window.
func (m *mailbox) most(window time.Duration) int {
	most, from := 0, 0
	for to, at := range m.times {
		for !m.times[from].Add(window).After(at) {
			from++
		}
		most = max(most, to-from+1)
	}
	return most
}

func besiege(t *testing.T) *siege {
	t.Helper()
	h := newHouse(t)
	s := &siege{house: h, random: rand.New(rand.NewPCG(1, 2)), sms: &mailbox{clock: h.Clock, codes: make(map[domain.Phone]string)}}
	s.checks = &keptChecks{LoginAttempts: h.LoginAttempts}
	s.request, s.verify = h.requestOtp(), h.verifyOtp()
	s.request.Messenger, s.request.LoginAttempts, s.verify.LoginAttempts = s.sms, s.checks, s.checks
	for n := range victims {
		phone := domain.Phone(fmt.Sprintf("+9198%08d", n))
		s.phones, s.devices = append(s.phones, phone), append(s.devices, h.login(phone).DeviceToken)
	}
	h.Clock.Advance(24 * time.Hour)
	return s
}

// attack has one address ask for a code for a number and guess as often as it is let.
func (s *siege) attack(address string) {
	phone := s.phones[s.random.IntN(victims)]
	ctx := s.from(address)
	out, err := s.request.Execute(ctx, identity.RequestOtpInput{Phone: string(phone)})
	if err != nil {
		s.refused++
		out.LoginID = "guessed, too"
	}
	for range 2 * domain.OTPMaxAttempts {
		in := identity.VerifyOtpInput{LoginID: out.LoginID, Phone: string(phone), Code: fmt.Sprintf("%06d", s.random.IntN(1_000_000))}
		if _, err := s.verify.Execute(ctx, in); err == nil {
			s.guessed++
		} else if domain.IsKind(err, domain.KindTooMany) {
			return
		}
	}
}

// enter has a user log in from the device that logged in before.
func (s *siege) enter(n int) {
	devices := []string{s.devices[n]}
	out, err := s.request.Execute(s.from(client), identity.RequestOtpInput{Phone: string(s.phones[n]), DeviceTokens: devices})
	require.NoError(s.t, err)
	login, err := s.verify.Execute(s.from(client), identity.VerifyOtpInput{
		LoginID: out.LoginID, Phone: string(s.phones[n]), Code: s.sms.codes[s.phones[n]], DeviceTokens: devices,
	})
	require.NoError(s.t, err)
	require.NotNil(s.t, login.Tokens)
	s.logins++
}

// TestAThousandAddressesGuessForAnHour is a simulation in virtual time. What is compared with a code
// decides what attackers may hope for: each try is one of a million codes.
func TestAThousandAddressesGuessForAnHour(t *testing.T) {
	t.Parallel()
	s := besiege(t)
	order := s.random.Perm(attackers)
	for second := range 3600 {
		for _, n := range order[second%60*attackers/60 : (second%60+1)*attackers/60] {
			address := addresses(n)
			if n%2 == 0 {
				address = fmt.Sprintf("2001:db8:%x::1", n)
			}
			s.attack(address)
		}
		if second%360 < victims { // each of them every six minutes
			s.enter(second % 360)
		}
		s.Clock.Advance(time.Second)
	}
	expected := float64(s.checks.checks[domain.CodeMissed]) / 1_000_000
	limits := domain.DefaultOTPLimits
	t.Logf("codes compared %d, successes expected %.4f and seen %d; requests for codes refused %d", s.checks.checks[domain.CodeMissed],
		expected, s.guessed, s.refused)
	t.Logf("messages %d, of which at most %d in a minute (budget %d) and %d in an hour (budget %d); logins of known devices %d of %d",
		len(s.sms.times), s.sms.most(time.Minute), limits.BudgetMinute, s.sms.most(time.Hour), limits.BudgetHour, s.logins, 10*victims)
	assert.LessOrEqual(t, expected, 0.01)
	assert.Zero(t, s.guessed)
	assert.LessOrEqual(t, s.sms.most(time.Minute), limits.BudgetMinute)
	assert.LessOrEqual(t, s.sms.most(time.Hour), limits.BudgetHour)
	assert.Equal(t, 10*victims, s.logins)
	assert.LessOrEqual(t, len(s.sms.times)-s.logins, victims*limits.PerHour, "strangers have ten messages for each number")
}

// TestRequestOtpTakesTheSameTimeForEveryNumber prints the medians of wall time of what is done before
// the answer; TestRequestOtpAnswersBeforeItSends counts it.
func TestRequestOtpTakesTheSameTimeForEveryNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	const disabled, unknown = domain.Phone("+919812300001"), domain.Phone("+919812300002")
	h.login(disabled)
	h.change(disabled, disable)
	h.Afterwards.Hold()
	uc := h.requestOtp()
	uc.Limits = domain.OTPLimits{PerClient: 1e6, PerHour: 30, PerDay: 30, BudgetMinute: 1e6, BudgetHour: 1e6}
	took := make(map[domain.Phone][]time.Duration)
	for range 200 {
		for _, phone := range []domain.Phone{asha, unknown, disabled} {
			began := time.Now()
			_, err := uc.Execute(h.from(client), identity.RequestOtpInput{Phone: string(phone)})
			took[phone] = append(took[phone], time.Since(began))
			require.NoError(t, err)
		}
		h.Clock.Advance(time.Hour)
	}
	median := func(phone domain.Phone) time.Duration {
		slices.Sort(took[phone])
		return took[phone][len(took[phone])/2]
	}
	t.Logf("median before the answer: known %v, unknown %v, disabled %v", median(asha), median(unknown), median(disabled))
}
