package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ReplaceTotp gives a member of staff the secret for another authenticator app, such as on a new phone. The
// app in use stays good until ConfirmTotp has a code of the new one.
type ReplaceTotp struct {
	UnitOfWork    ports.UnitOfWork
	SecondFactors ports.SecondFactors
	SecretBox     ports.SecretBox
}

// ReplaceTotpInput is the member of staff, who proved the factor in use lately.
type ReplaceTotpInput struct {
	Actor domain.Actor
}

// Execute stores the new secret beside the one in use. Repeating it replaces the new one. Errors: KindConflict
// "totp_not_enrolled", KindUnavailable.
func (uc ReplaceTotp) Execute(ctx context.Context, in ReplaceTotpInput) (TotpEnrolment, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (TotpEnrolment, error) {
		user, err := lockEnrolled(ctx, tx, in.Actor)
		if err != nil {
			return TotpEnrolment{}, err
		}
		shown, sealed, err := newSecret(uc.SecondFactors, uc.SecretBox, user)
		if err != nil {
			return TotpEnrolment{}, err
		}
		user.TOTP.Next = sealed
		return shown, tx.Users.Update(ctx, &user)
	})
}
