package identity

import (
	"context"
	"strconv"
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
	Sessions      ports.Sessions
	AccessTokens  ports.AccessTokens
	Recorder      ports.SecurityRecorder
}

// VerifyTotpInput is the login that awaits its second factor, and the code.
type VerifyTotpInput struct {
	Identity domain.Identity
	Code     string // of the app; empty if Recovery is given
	Recovery string // a recovery code, as it was typed
}

// Execute checks the code, which is good for one use: the code of a time step that was used, or of an
// earlier one, is refused like a wrong one, and its holder is told. So they are of a recovery code that
// was used. Confirming an enrolment returns the recovery codes of the factor, once. Errors: KindForbidden
// "second_factor_not_pending" and "user_disabled", KindTooMany "too_many_totp_attempts",
// KindConflict "totp_not_enrolled", KindUnauthenticated "invalid_code" and "invalid_token",
// KindUnavailable.
func (uc VerifyTotp) Execute(ctx context.Context, in VerifyTotpInput) (LoginOutput, error) {
	now := uc.Clock.Now()
	if err := requirePending(in.Identity); err != nil {
		return LoginOutput{}, err
	}
	if err := uc.limit(ctx, in, now); err != nil {
		return LoginOutput{}, recordFailure(ctx, uc.Recorder, in.Identity, err)
	}
	used, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (usedFactor, error) {
		user, err := lockPending(ctx, tx, in.Identity)
		switch {
		case err != nil:
			return usedFactor{}, err
		case !user.HasFactor(now):
			return usedFactor{}, domain.Conflict("totp_not_enrolled", "enrol a second factor first")
		}
		return uc.use(ctx, tx, user, in, now)
	})
	switch {
	case err != nil:
		return LoginOutput{}, err
	case used.refused:
		return LoginOutput{}, recordFailure(ctx, uc.Recorder, in.Identity, invalidCode())
	}
	out, err := sessionOpener{uc.Sessions, uc.AccessTokens, uc.Entropy, uc.IDs}.open(ctx, used.user, now)
	out.RecoveryCodes = used.codes
	return out, err
}

// limit takes one try. Recovery codes cannot be guessed, so they have a limit of their own: the holder
// gets in by one while somebody uses up the tries of the app's codes, which all networks share.
func (uc VerifyTotp) limit(ctx context.Context, in VerifyTotpInput, now time.Time) error {
	if in.Recovery != "" {
		return recoveryAttempts.take(ctx, uc.RateLimiter, attempter(ctx, in.Identity), now)
	}
	if err := totpAttempts.take(ctx, uc.RateLimiter, attempter(ctx, in.Identity), now); err != nil {
		return err
	}
	return totpPerUser.take(ctx, uc.RateLimiter, string(in.Identity.Actor.ID), now)
}

// usedFactor is what became of a code. A refusal is no error, because a replay commits what it leaves
// behind.
type usedFactor struct {
	user    domain.User
	codes   []string // of a factor that was confirmed
	refused bool
}

// use uses up the code. The row lock makes only one of two racing logins succeed.
func (uc VerifyTotp) use(ctx context.Context, tx ports.Tx, user domain.User, in VerifyTotpInput, now time.Time) (usedFactor, error) {
	secret, err := uc.SecretBox.Open(user.TOTP.Secret, string(user.ID))
	if err != nil {
		return usedFactor{}, err
	}
	if in.Recovery != "" {
		return uc.recover(ctx, tx, user, recoveryHash(secret, in.Recovery), now)
	}
	step, ok := uc.SecondFactors.Check(secret, in.Code, now)
	switch {
	case !ok:
		return usedFactor{refused: true}, nil
	case step <= user.TOTP.LastStep:
		return usedFactor{refused: true}, tell(ctx, tx, user.Actor(), user, domain.NoticeFactorReplayed, strconv.FormatInt(step, 10), now)
	case user.TOTP.Confirmed:
		user.TOTP.LastStep = step
		return usedFactor{user: user}, tx.Users.Update(ctx, &user)
	}
	codes, hashes := newRecoveryCodes(uc.Entropy, secret)
	user.Confirm(user.TOTP.Secret, step, hashes)
	if err := tx.Users.Update(ctx, &user); err != nil {
		return usedFactor{}, err
	}
	return usedFactor{user: user, codes: codes}, tell(ctx, tx, user.Actor(), user, domain.NoticeFactorEnrolled, "", now)
}

// recover uses up a recovery code. Only a confirmed factor has any.
func (uc VerifyTotp) recover(ctx context.Context, tx ports.Tx, user domain.User, hash string, now time.Time) (usedFactor, error) {
	if !user.TOTP.UseRecovery(hash) {
		return usedFactor{refused: true}, nil
	}
	if err := tx.Users.Update(ctx, &user); err != nil {
		return usedFactor{}, err
	}
	return usedFactor{user: user}, tell(ctx, tx, user.Actor(), user, domain.NoticeRecoveryUsed, "", now)
}
