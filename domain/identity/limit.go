package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// OTPPerClient is the maximum number of one-time passwords that one client address may request
// per hour, unless RequestOtp.PerClient is set.
const OTPPerClient = 30

// limit is how often something may be tried.
type limit struct {
	name   string // of the limit, in its keys
	code   string // of the error once it is used up
	most   int
	window time.Duration
}

var (
	otpPerPhone      = limit{"otp_phone", "too_many_otp_requests", domain.OTPPerPhone, domain.OTPPerPhoneWindow}
	otpPerClient     = limit{"otp_client", "too_many_otp_requests", OTPPerClient, time.Hour}
	otpAttempts      = limit{"otp_verify", "too_many_otp_attempts", domain.OTPVerifyPerHour, time.Hour}
	enrolAttempts    = limit{"totp_enrol", "too_many_totp_attempts", domain.TOTPMaxAttempts, domain.TOTPLockout}
	recoveryAttempts = limit{"totp_recovery", "too_many_totp_attempts", domain.TOTPMaxAttempts, domain.TOTPLockout}
	totpPerUser      = limit{"totp_user", "too_many_totp_attempts", domain.TOTPPerHour, time.Hour}
	totpAttempts     = limit{"totp_verify", "too_many_totp_attempts", domain.TOTPMaxAttempts, domain.TOTPLockout}
)

// take uses up one try of the subject. Errors: KindTooMany with RetryAfter, KindUnavailable:
// if tries cannot be counted, none is allowed.
func (l limit) take(ctx context.Context, limiter ports.RateLimiter, subject string, now time.Time) error {
	state, err := limiter.Allow(ctx, l.name+":"+subject, l.most, l.window, now)
	if err != nil {
		return err
	}
	if !state.Allowed {
		return &domain.Error{
			Kind: domain.KindTooMany, Code: l.code, Message: "too many tries; wait before the next one",
			RetryAfter: state.ResetAfter,
		}
	}
	return nil
}
