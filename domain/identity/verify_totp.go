package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VerifyTotp completes a login of staff with a code of their authenticator app. The first code
// also confirms the enrolment.
type VerifyTotp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	RateLimiter   ports.RateLimiter
	SecondFactors ports.SecondFactors
	AccessTokens  ports.AccessTokens
}

// VerifyTotpInput is the login that awaits its second factor, and the code.
type VerifyTotpInput struct {
	Identity domain.Identity
	Code     string
	Client   domain.Client
	// DeviceTokens are those that earlier logins answered.
	DeviceTokens []string
}

// Execute checks the code, which is good for one use: the code of a time step that was used, or
// of an earlier one, is refused like a wrong one. Errors: KindForbidden
// "second_factor_not_pending" and "user_disabled", KindTooMany "too_many_totp_attempts",
// KindConflict "totp_not_enrolled", KindUnauthenticated "invalid_code" and "invalid_token",
// KindUnavailable.
func (uc VerifyTotp) Execute(ctx context.Context, in VerifyTotpInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	if err := requirePending(in.Identity); err != nil {
		return LoginOutput{}, err
	}
	if err := totpAttempts.take(ctx, uc.RateLimiter, string(in.Identity.Actor.ID), now); err != nil {
		return LoginOutput{}, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (LoginOutput, error) {
		user, err := uc.use(ctx, tx, in, now)
		if err != nil {
			return LoginOutput{}, err
		}
		return sessionOpener{uc.AccessTokens, uc.Entropy, uc.IDs}.open(ctx, tx, user, in.Client, in.DeviceTokens, now)
	})
}

// use uses up the code's time step. The row lock makes only one of two racing logins succeed.
func (uc VerifyTotp) use(ctx context.Context, tx ports.Tx, in VerifyTotpInput, now time.Time) (domain.User, error) {
	user, err := lockPending(ctx, tx, in.Identity)
	if err != nil {
		return domain.User{}, err
	}
	if user.TOTP.Secret == "" {
		return domain.User{}, domain.Conflict("totp_not_enrolled", "enrol a second factor first")
	}
	step, ok := uc.SecondFactors.Check(user.TOTP.Secret, in.Code, now)
	if !ok || step <= user.TOTP.LastStep {
		return domain.User{}, invalidCode()
	}
	enrolled := !user.TOTP.Confirmed
	user.TOTP.Confirmed, user.TOTP.LastStep = true, step
	if err := tx.Users.Update(ctx, &user); err != nil {
		return domain.User{}, err
	}
	if !enrolled {
		return user, nil
	}
	return user, tx.Security.Append(ctx, domain.SecurityBy(user.Actor(), domain.SecurityFactorEnrolled, now))
}
