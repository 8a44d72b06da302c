package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CreateRecoveryCodes replaces the recovery codes of a member of staff, because they are used up, lost or
// known to others, or because the factor is older than recovery codes are.
type CreateRecoveryCodes struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	Entropy    ports.Entropy
	SecretBox  ports.SecretBox
}

// CreateRecoveryCodesInput is the member of staff, who proved their factor lately.
type CreateRecoveryCodesInput struct {
	Actor domain.Actor
}

// Execute returns the new codes, which are shown once, and sends the holder an SMS. Those before are void.
// Errors: KindConflict "totp_not_enrolled", KindUnavailable.
func (uc CreateRecoveryCodes) Execute(ctx context.Context, in CreateRecoveryCodesInput) ([]string, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]string, error) {
		user, err := lockEnrolled(ctx, tx, in.Actor)
		if err != nil {
			return nil, err
		}
		secret, err := uc.SecretBox.Open(user.TOTP.Secret, string(user.ID))
		if err != nil {
			return nil, err
		}
		codes, hashes := newRecoveryCodes(uc.Entropy, secret)
		user.TOTP.Recovery = hashes
		if err := tx.Users.Update(ctx, &user); err != nil {
			return nil, err
		}
		return codes, report(ctx, tx, in.Actor, user, domain.NoticeRecoveryNew, "", now)
	})
}
