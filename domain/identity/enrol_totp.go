package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// EnrolTotp gives a member of staff the secret for their authenticator app. It needs the SMS login
// and the enrolment code that an ADMIN handed over, so that the number alone is not enough to enrol.
// VerifyTotp confirms the secret with a first code and uses up the enrolment code; until then
// EnrolTotp may be called again, because its answer may be lost.
type EnrolTotp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	RateLimiter   ports.RateLimiter
	SecondFactors ports.SecondFactors
	SecretBox     ports.SecretBox
}

// EnrolTotpInput is the login that awaits its second factor.
type EnrolTotpInput struct {
	Identity domain.Identity
	Code     string // the enrolment code, as it was typed
}

// TotpEnrolment is shown to the user once and never again.
type TotpEnrolment struct {
	Secret string // base-32
	URI    string // otpauth://, for a QR code
}

// Execute stores a new, unconfirmed secret. Errors: KindForbidden
// "second_factor_not_pending" and "user_disabled", KindUnauthenticated "invalid_token",
// KindTooMany "too_many_totp_attempts", KindConflict "totp_already_enrolled" and
// "enrolment_code_refused" if the code is wrong, used or expired, KindUnavailable.
func (uc EnrolTotp) Execute(ctx context.Context, in EnrolTotpInput) (TotpEnrolment, error) {
	now := uc.Clock.Now()
	if err := requirePending(in.Identity); err != nil {
		return TotpEnrolment{}, err
	}
	if err := enrolAttempts.take(ctx, uc.RateLimiter, attempter(ctx, in.Identity), now); err != nil {
		return TotpEnrolment{}, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (TotpEnrolment, error) {
		user, err := lockPending(ctx, tx, in.Identity)
		switch {
		case err != nil:
			return TotpEnrolment{}, err
		case user.TOTP.Confirmed:
			return TotpEnrolment{}, alreadyEnrolled()
		case !user.Enrolment.Open(enrolmentHash(in.Code), now):
			return TotpEnrolment{}, domain.Conflict("enrolment_code_refused", "the enrolment code is wrong, used or older than 24 hours; an ADMIN issues a new one")
		}
		enrolled, sealed, err := newSecret(uc.SecondFactors, uc.SecretBox, user)
		if err != nil {
			return TotpEnrolment{}, err
		}
		user.TOTP, user.UpdatedAt = domain.TOTP{Secret: sealed}, now
		return enrolled, tx.Users.Update(ctx, &user)
	})
}
