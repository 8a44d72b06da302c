package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ConfirmTotp puts the authenticator app of ReplaceTotp in the place of the one in use, by a first code of
// it.
type ConfirmTotp struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	Entropy       ports.Entropy
	RateLimiter   ports.RateLimiter
	SecondFactors ports.SecondFactors
	SecretBox     ports.SecretBox
}

// ConfirmTotpInput is the member of staff, who proved the factor in use lately, and a code of the new one.
type ConfirmTotpInput struct {
	Identity domain.Identity
	Code     string
}

// Execute replaces the factor and returns its recovery codes, which are shown once. The codes of the one
// before are void, their holder is sent an SMS, and all their other sessions end. Errors: KindTooMany
// "too_many_totp_attempts", KindConflict "totp_not_enrolled" if there is nothing to confirm,
// KindUnauthenticated "invalid_code", KindUnavailable.
func (uc ConfirmTotp) Execute(ctx context.Context, in ConfirmTotpInput) ([]string, error) {
	now := uc.Clock.Now()
	// Before takeTotp: the tries are the user's, and a session that has ended must not use them up.
	if err := ports.AskAccess(ctx, uc.UnitOfWork); err != nil {
		return nil, err
	}
	if err := takeTotp(ctx, uc.RateLimiter, in.Identity, now); err != nil {
		return nil, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]string, error) {
		user, err := lockEnrolled(ctx, tx, in.Identity.Actor)
		switch {
		case err != nil:
			return nil, err
		case user.TOTP.Next == "":
			return nil, notEnrolled()
		}
		secret, err := uc.SecretBox.Open(user.TOTP.Next, string(user.ID))
		if err != nil {
			return nil, err
		}
		step, ok := uc.SecondFactors.Check(secret, in.Code, now)
		if !ok {
			return nil, invalidCode()
		}
		codes, hashes := newRecoveryCodes(uc.Entropy, secret)
		user.Confirm(user.TOTP.Next, step, hashes)
		if err := tx.Users.Update(ctx, &user); err != nil {
			return nil, err
		}
		if _, err := tx.Sessions.EndAll(ctx, user.ID, in.Identity.SessionID, domain.EndedByFactor, now); err != nil {
			return nil, err
		}
		return codes, report(ctx, tx, in.Identity.Actor, user, domain.NoticeFactorEnrolled, "", now)
	})
}
