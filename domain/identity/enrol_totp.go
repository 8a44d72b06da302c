package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// EnrolTotp gives a member of staff the secret for their authenticator app. VerifyTotp
// confirms it with a first code; until then it can be replaced by calling EnrolTotp again.
type EnrolTotp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	SecondFactors ports.SecondFactors
}

// EnrolTotpInput is the login that awaits its second factor.
type EnrolTotpInput struct {
	Identity domain.Identity
}

// EnrolTotpOutput is shown to the user once and never again.
type EnrolTotpOutput struct {
	Secret string // base-32
	URI    string // otpauth://, for a QR code
}

// Execute stores a new, unconfirmed secret. Errors: KindForbidden
// "second_factor_not_pending" and "user_disabled", KindUnauthenticated "invalid_token",
// KindConflict "totp_already_enrolled", KindUnavailable.
func (uc EnrolTotp) Execute(ctx context.Context, in EnrolTotpInput) (EnrolTotpOutput, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (EnrolTotpOutput, error) {
		user, err := lockPending(ctx, tx, in.Identity)
		if err != nil {
			return EnrolTotpOutput{}, err
		}
		if user.TOTP.Confirmed {
			return EnrolTotpOutput{}, domain.Conflict("totp_already_enrolled", "a second factor is enrolled; an ADMIN can reset it")
		}
		secret, uri, err := uc.SecondFactors.Enrol(user.Name)
		if err != nil {
			return EnrolTotpOutput{}, err
		}
		user.TOTP, user.UpdatedAt = domain.TOTP{Secret: secret}, now
		return EnrolTotpOutput{Secret: secret, URI: uri}, tx.Users.Update(ctx, &user)
	})
}
