package identity

import (
	"context"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// limit is how often something may be tried.
type limit struct {
	name   string // of the limit, in its keys
	code   string // of the error once it is used up
	most   int
	window time.Duration
}

var (
	totpAttempts     = limit{"totp_verify", "too_many_totp_attempts", domain.TOTPMaxAttempts, domain.TOTPLockout}
	totpPerUser      = limit{"totp_user", "too_many_totp_attempts", domain.TOTPPerHour, time.Hour}
	enrolAttempts    = limit{"totp_enrol", "too_many_totp_attempts", domain.TOTPMaxAttempts, domain.TOTPLockout}
	recoveryAttempts = limit{"totp_recovery", "too_many_totp_attempts", domain.TOTPMaxAttempts, domain.TOTPLockout}
)

// take uses up one try of the subject. Errors: KindTooMany with RetryAfter, KindUnavailable:
// if tries cannot be counted, none is allowed.
func (l limit) take(ctx context.Context, limiter ports.RateLimiter, subject string, now time.Time) error {
	state, err := limiter.Allow(ctx, l.name+":"+subject, l.most, l.window, now)
	if err != nil {
		return err
	}
	if !state.Allowed {
		return tooMany(l.code, state.ResetAfter)
	}
	return nil
}

func tooMany(code string, wait time.Duration) error {
	return &domain.Error{Kind: domain.KindTooMany, Code: code, Message: "too many tries; wait before the next one", RetryAfter: wait}
}

// misses counts the wrong codes of a network of clients. A miss is taken before the code is compared
// and given back if it matches, so that concurrent tries cannot exceed the limit.
type misses struct {
	quotas ports.Quotas
	key    string
	at     time.Time // zero if none is taken
}

// take takes one miss of the client of ctx. Errors: KindTooMany "too_many_otp_attempts",
// KindUnavailable.
func (m *misses) take(ctx context.Context, pepper []byte, now time.Time) error {
	network := ports.ClientOf(ctx)
	most := domain.OTPMissesIPv4
	if strings.Contains(network, ":") {
		most = domain.OTPMissesIPv6
	}
	m.key = "otp_misses:" + mac(pepper, network)
	state, err := m.quotas.Take(ctx, m.key, []domain.Rate{{Most: most, Window: time.Hour}}, now)
	if err != nil {
		return err
	}
	if state.Wait > 0 {
		return tooMany("too_many_otp_attempts", state.Wait)
	}
	m.at = state.At
	return nil
}

// giveBack gives back the miss that was taken, if any. That it may fail costs the client one miss.
func (m *misses) giveBack(ctx context.Context) {
	if !m.at.IsZero() {
		_ = m.quotas.GiveBack(ctx, m.key, m.at)
	}
}
