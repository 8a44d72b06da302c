package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ConfirmIdentity lets the holder of a session prove a factor again, for what must not be done
// from a device that was left open: staff by a code of their authenticator app, customers by a
// code that was sent to their phone.
type ConfirmIdentity struct {
	UnitOfWork    ports.UnitOfWork
	Clock         ports.Clock
	RateLimiter   ports.RateLimiter
	SecondFactors ports.SecondFactors
	SecretBox     ports.SecretBox
	LoginAttempts ports.LoginAttempts
	// Pepper is the one that RequestOtp keyed the hashes with.
	Pepper []byte
}

// ConfirmIdentityInput is the session and the code.
type ConfirmIdentityInput struct {
	Identity domain.Identity
	LoginID  domain.LoginID // the attempt of a customer's code
	Code     string
}

// Execute uses up the code; the session counts as fresh for domain.FreshFactor then. Errors:
// KindInvalid if a customer names no attempt, KindTooMany "too_many_totp_attempts",
// KindUnauthenticated "invalid_code" and "session_ended", KindUnavailable.
func (uc ConfirmIdentity) Execute(ctx context.Context, in ConfirmIdentityInput) error {
	if in.Identity.Actor.Role.IsStaff() {
		return uc.byApp(ctx, in)
	}
	return uc.bySMS(ctx, in)
}

// byApp checks and uses up a code of the authenticator app.
func (uc ConfirmIdentity) byApp(ctx context.Context, in ConfirmIdentityInput) error {
	now := uc.Clock.Now()
	// Before takeTotp: the tries are the user's, and a session that has ended must not use them up.
	if err := ports.AskAccess(ctx, uc.UnitOfWork); err != nil {
		return err
	}
	if err := takeTotp(ctx, uc.RateLimiter, in.Identity, now); err != nil {
		return err
	}
	good, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (bool, error) {
		user, err := tx.Users.Lock(ctx, in.Identity.Actor.ID)
		if err != nil || !user.TOTP.Confirmed {
			return false, err
		}
		_, ok, err := useTotp(ctx, tx, factorPorts{factors: uc.SecondFactors, box: uc.SecretBox}, &user, in.Code, now)
		if err != nil || !ok {
			return false, err
		}
		return true, uc.confirm(ctx, tx, in.Identity)
	})
	if err == nil && !good {
		return invalidCode()
	}
	return err
}

// bySMS checks and uses up a code that was sent to the user's phone.
func (uc ConfirmIdentity) bySMS(ctx context.Context, in ConfirmIdentityInput) error {
	var v domain.Violations
	v.Require(in.LoginID != "", "login_id", "required", "is required")
	if err := v.Err(); err != nil {
		return err
	}
	user, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, in.Identity.Actor.ID)
	})
	if err != nil {
		return err
	}
	check, err := uc.LoginAttempts.Try(ctx, in.LoginID, otpHash(uc.Pepper, in.LoginID, user.Phone, in.Code), uc.Clock.Now())
	if err != nil {
		return err
	}
	if check != domain.CodeMatched {
		return invalidCode()
	}
	return uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		return uc.confirm(ctx, tx, in.Identity)
	})
}

func (uc ConfirmIdentity) confirm(ctx context.Context, tx ports.Tx, who domain.Identity) error {
	session, err := tx.Sessions.Lock(ctx, who.SessionID)
	switch {
	case domain.IsKind(err, domain.KindNotFound):
		return domain.SessionEnded()
	case err != nil:
		return err
	case !session.Live(uc.Clock.Now()):
		return domain.SessionEnded()
	}
	session.ConfirmedAt = uc.Clock.Now()
	if err := tx.Sessions.Update(ctx, &session); err != nil {
		return err
	}
	return tx.Security.Append(ctx, domain.SecurityBy(who.Actor, domain.SecurityConfirmed, session.ConfirmedAt))
}
