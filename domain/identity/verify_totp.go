package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VerifyTotp completes a login of staff with a code of their authenticator app, or with one of their
// recovery codes. The first code of the app also confirms the enrolment.
type VerifyTotp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	IDs           ports.IDs
	Entropy       ports.Entropy
	RateLimiter   ports.RateLimiter
	SecondFactors ports.SecondFactors
	SecretBox     ports.SecretBox
	AccessTokens  ports.AccessTokens
}

// VerifyTotpInput is the login that awaits its second factor, and the code.
type VerifyTotpInput struct {
	Identity domain.Identity
	Code     string // of the app; empty if Recovery is given
	Recovery string // a recovery code, as it was typed
	Client   domain.Client
	// DeviceTokens are those that earlier logins answered.
	DeviceTokens []string
}

// Execute checks the code, which is good for one use: the code of a time step that was used, or of an
// earlier one, is refused like a wrong one, and its holder gets a message, as
// if a recovery code was used. Confirming an enrolment returns the recovery codes of the factor, once. Errors:
// KindInvalid unless there is one of the two codes, KindForbidden "second_factor_not_pending" and "user_disabled", KindTooMany
// "too_many_totp_attempts", KindConflict "totp_not_enrolled", KindUnauthenticated "invalid_code" and
// "invalid_token", KindUnavailable.
func (uc VerifyTotp) Execute(ctx context.Context, in VerifyTotpInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	if err := requirePending(in.Identity); err != nil {
		return LoginOutput{}, err
	}
	var v domain.Violations
	v.Require((in.Code == "") != (in.Recovery == ""), "code", "exclusive", "give either a code of the app or a recovery code")
	if err := v.Err(); err != nil {
		return LoginOutput{}, err
	}
	if err := uc.limit(ctx, in, now); err != nil {
		return LoginOutput{}, err
	}
	out, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (LoginOutput, error) {
		user, err := lockPending(ctx, tx, in.Identity)
		switch {
		case err != nil:
			return LoginOutput{}, err
		case !user.HasFactor(now):
			return LoginOutput{}, notEnrolled()
		}
		codes, ok, err := uc.use(ctx, tx, &user, in, now)
		if err != nil || !ok {
			return LoginOutput{}, err
		}
		out, err := sessionOpener{uc.AccessTokens, uc.Entropy, uc.IDs}.open(ctx, tx, user, in.Client, in.DeviceTokens, now)
		out.RecoveryCodes = codes
		return out, err
	})
	if err == nil && out.Tokens == nil {
		// What a refused code left behind is committed, so the refusal is no error before.
		return LoginOutput{}, invalidCode()
	}
	return out, err
}

// limit takes one try. Recovery codes cannot be guessed, so they have a limit of their own: the holder
// gets in by one while somebody uses up the tries of the app's codes.
func (uc VerifyTotp) limit(ctx context.Context, in VerifyTotpInput, now time.Time) error {
	if in.Recovery != "" {
		return recoveryAttempts.take(ctx, uc.RateLimiter, attempter(ctx, in.Identity), now)
	}
	return takeTotp(ctx, uc.RateLimiter, in.Identity, now)
}

// use uses up the code, and reports whether it is good. It returns the recovery codes of a factor that
// the code confirms. The row lock makes only one of two racing logins succeed.
func (uc VerifyTotp) use(ctx context.Context, tx ports.Tx, user *domain.User, in VerifyTotpInput, now time.Time) (codes []string, ok bool, err error) {
	if in.Recovery == "" {
		return useTotp(ctx, tx, factorPorts{uc.SecondFactors, uc.SecretBox, uc.Entropy}, user, in.Code, now)
	}
	secret, err := uc.SecretBox.Open(user.TOTP.Secret, string(user.ID))
	if err != nil || !user.TOTP.UseRecovery(recoveryHash(secret, in.Recovery)) {
		return nil, false, err
	}
	if err := tx.Users.Update(ctx, user); err != nil {
		return nil, false, err
	}
	return nil, true, report(ctx, tx, user.Actor(), *user, domain.NoticeRecoveryUsed, "", now)
}
